/** `locallab serve` where a person looks on, and where none does. */
import { existsSync } from "node:fs";
import { expect } from "chai";
import { endAll, type LocallabOptions, start } from "../../notebook/cli/locallab.js";
import { temporaryFolder } from "../../support/temp-folder.js";

describe("locallab serve on a terminal", function () {
  this.timeout(60_000);
  let options: LocallabOptions;
  before(function () {
    if (process.platform !== "linux" || !existsSync("/usr/bin/script")) {
      console.warn("SKIPPED: no terminal can be made here; it takes `script` of util-linux.");
      this.skip();
    }
  });
  beforeEach(() => {
    options = { runtimeDir: temporaryFolder(), onTerminal: true };
  });
  afterEach(() => endAll());

  it("logs lines for people, and ends with 130 at Ctrl-C", async () => {
    const serve = start(["serve", "--model", "none"], options);
    await serve.says(/Try: curl/);
    serve.child.stdin?.write("\u0003");
    const { code, out } = await serve.outcome;
    expect(code).to.equal(130);
    expect(out)
      .to.match(/\d\d:\d\d:\d\d info {2}listening {2}url=http/)
      .and.not.match(/^\{|"level"/m);
  });

  it("logs JSON when that is asked for", async () => {
    const serve = start(["serve", "--model", "none", "--log-format", "json"], options);
    await serve.says(/Try: curl/);
    expect(serve.said()).to.match(/\{"time":"[^"]+","level":"info","message":"listening"/);
  });

  it("tells a load that failed once, with the ids there are and nothing to try", async () => {
    const serve = start(["serve", "--model", "sampel"], options);
    await serve.says(/No model is called "sampel"\. Did you mean "sample"/);
    serve.child.stdin?.write("\u0003");
    const { out } = await serve.outcome;
    expect(out.match(/No model is called/g)).to.have.length(1);
    expect(out).to.contain("There are:").and.not.contain("Try:").and.not.contain("    at ");
  });

  it("shows no escape sequence with NO_COLOR or on a dumb terminal", async () => {
    for (const env of [{ NO_COLOR: "1" }, { TERM: "dumb" }] as Record<string, string>[]) {
      const serve = start(["serve", "--model", "none"], { runtimeDir: temporaryFolder(), onTerminal: true, env });
      await serve.says(/Try: curl/);
      expect(serve.said()).to.contain("listening").and.not.contain("\u001b");
    }
  });
});

describe("locallab serve in a pipe", function () {
  this.timeout(60_000);
  afterEach(() => endAll());

  it("logs JSON, and lines for people when that is asked for", async () => {
    for (const [args, pattern] of [
      [[], /^\{"time"/],
      [["--log-format", "text"], /^\d\d:\d\d:\d\d info {2}/],
    ] as const) {
      const serve = start(["serve", "--model", "none", ...args], { runtimeDir: temporaryFolder() });
      await serve.says(/Try: curl/);
      serve.child.kill("SIGTERM");
      const { code, err } = await serve.outcome;
      expect([code, err.split("\n")[0]]).to.satisfy(
        ([end, first]: [number, string]) => end === 0 && pattern.test(first),
      );
    }
  });

  it("says a line that works with the key of the lab", async () => {
    const env = { LOCALLAB_API_KEY: "a-key-of-20-letters!" };
    const serve = start(["serve", "--model", "none"], { runtimeDir: temporaryFolder(), env });
    const line = await serve.says(/Try: curl.*\n/);
    expect(line).to.contain('-H "Authorization: Bearer $LOCALLAB_API_KEY"').and.not.contain(env.LOCALLAB_API_KEY);
  });
});
