import { appendFileSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { processIdentity } from "../../../src/server/state/process-identity.js";
import { writeState } from "../../../src/server/state/state-file.js";
import { temporaryFolder } from "../../support/temp-folder.js";
import { endAll, type LocallabOptions, run, start } from "./locallab.js";

const entry = (level: string, message: string, more = {}): string =>
  `${JSON.stringify({ time: "2026-11-24T09:00:00.000Z", level, message, ...more })}\n`;

describe("locallab logs", function () {
  this.timeout(60_000);
  let folder: string;
  let options: LocallabOptions;
  let file: string;
  beforeEach(() => {
    folder = temporaryFolder();
    options = { runtimeDir: join(folder, "run"), env: { LOCALLAB_CACHE_DIR: folder } };
    file = join(folder, "logs", "mine.log");
    mkdirSync(dirname(file));
    writeFileSync(file, entry("info", "one") + entry("warn", "two", { reason: "why" }) + entry("error", "three"));
  });
  afterEach(() => endAll());

  const runs = (logFile: string | null, name = "mine"): void => {
    const own = { pid: process.pid, processStart: processIdentity(process.pid) ?? "", version: "0", socket: null };
    const state = { ...own, name, url: "http://127.0.0.1:9", ownerKey: "lab_owner_x", apiKey: null };
    writeState(options.runtimeDir, { ...state, logFile, flags: {}, settings: {} });
  };
  const words = (out: string): string[] =>
    out
      .split("\n")
      .filter(Boolean)
      .map((line) => line.replace(/^.*?\d\d:\d\d:\d\d /, ""));

  it("shows lines for people, of a lab that runs and of one that has ended", async () => {
    const ended = await run(["logs", "--name", "mine"], options);
    expect([ended.code, ended.err]).to.deep.equal([0, ""]);
    expect(words(ended.out)).to.deep.equal(["info  one", "warn  two: why", "error three"]);
    runs(file);
    expect((await run(["logs"], options)).out).to.equal(ended.out);
  });

  for (const [args, shown] of [
    [["-n", "1"], ["error three"]],
    [["--lines=2"], ["warn  two: why", "error three"]],
    [["-n", "0"], []],
    [
      ["--level", "warn"],
      ["warn  two: why", "error three"],
    ],
    [["--level", "error", "-n", "5"], ["error three"]],
  ] as const) {
    it(`${args.join(" ")} shows ${shown.length}`, async () => {
      expect(words((await run(["logs", "--name", "mine", ...args], options)).out)).to.deep.equal(shown);
    });
  }

  it("--json shows them as they stand in the file", async () => {
    const { out } = await run(["logs", "--json", "-n", "1", "--name", "mine"], options);
    expect(out).to.equal(entry("error", "three"));
  });

  it("shows the log that was written last when no lab runs, and says which", async () => {
    const { code, out, err } = await run(["logs", "-n", "1"], options);
    expect([code, words(out)]).to.deep.equal([0, ["error three"]]);
    expect(err).to.contain(file);
  });

  it("ends with 3 where there was no such lab, with 1 where its log goes to a terminal, with 2 at a level that is none", async () => {
    expect(await run(["logs", "--name", "none"], options)).to.deep.include({ code: 3, out: "" });
    runs(null, "shown");
    const other = await run(["logs", "--name", "shown"], options);
    expect(other).to.deep.include({ code: 1, out: "" });
    expect(other.err).to.contain("--log-file FILE");
    expect(await run(["logs", "--level", "loud"], options)).to.deep.include({ code: 2, out: "" });
  });

  it("--follow shows what comes, also when the file was set aside, and ends at Ctrl-C with 130", async () => {
    const logs = start(["logs", "-f", "-n", "0", "--name", "mine", "--level", "info"], options);
    // it has read the end once it shows what came after
    const timer = setInterval(() => appendFileSync(file, entry("info", "four")), 100);
    await logs.says(/info {2}four/);
    clearInterval(timer);
    appendFileSync(file, `${entry("debug", "hidden")}{"time":"2026-11-24T09:00:00.000Z","level":"info","mess`);
    appendFileSync(file, 'age":"five"}\n');
    await logs.says(/info {2}five/);
    renameSync(file, `${file}.old`);
    writeFileSync(file, entry("info", "six"));
    await logs.says(/info {2}six/);
    logs.child.kill("SIGINT");
    const { code, out, err } = await logs.outcome;
    expect([code, err]).to.deep.equal([130, ""]);
    expect(out).to.not.contain("hidden");
  });

  it("ends well when its reader has seen enough", async () => {
    writeFileSync(file, entry("info", "x".repeat(100)).repeat(20_000));
    const logs = start(["logs", "-n", "20000", "--follow", "--name", "mine"], options);
    await logs.says(/xxx/);
    logs.child.stdout?.destroy();
    const { code, err } = await logs.outcome;
    expect([code, err]).to.deep.equal([0, ""]);
  });
});
