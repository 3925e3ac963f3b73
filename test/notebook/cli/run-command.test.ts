import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { readState } from "../../../src/server/state/state-file.js";
import { chatFramesOf, FakeLabServer, framesOf, openStream, sendError } from "../../support/fake-lab-server.js";
import { temporaryFolder } from "../../support/temp-folder.js";
import { endAll, type LocallabOptions, type Outcome, run, start } from "./locallab.js";

describe("locallab run", function () {
  this.timeout(60_000);
  let fake: FakeLabServer;
  let options: LocallabOptions;
  beforeEach(async () => {
    fake = await FakeLabServer.start();
    options = { runtimeDir: temporaryFolder() };
  });
  afterEach(async () => {
    await endAll();
    await fake.stop();
    const left = readState(options.runtimeDir, "default");
    if (left !== null) process.kill(left.pid, "SIGKILL");
  });

  const ask = (args: readonly string[], input?: string): Promise<Outcome> =>
    run(["run", "--url", fake.url, ...args], input === undefined ? options : { ...options, input });
  const bodies = () => fake.seen.filter(({ method }) => method === "POST").map(({ path, body }) => ({ path, ...body }));

  it("sends its words as one question, with options and instructions, and prints the answer alone", async () => {
    const flags = ["--temperature", "0", "--top-k", "5", "--stop", "\\n", "--system", "be brief"];
    const { code, out, err } = await ask(["why", "is it", "salty", ...flags]);
    expect([code, out, err]).to.deep.equal([0, "Once upon a time.\n", ""]);
    const [body] = bodies();
    expect(body).to.deep.include({ path: "/chat", temperature: 0, top_k: 5, stop: ["\n"], system_prompt: "be brief" });
    expect(body?.messages).to.deep.equal([{ role: "user", content: "why is it salty" }]);
  });

  for (const [args, input, prompt] of [
    [[], "from a pipe\n", "from a pipe"],
    [[], "two\nlines\n", "two\nlines"],
    [["Sum up:"], "a text\n", "Sum up:\n\na text"],
    [["Sum up", "-", "in a word"], "a text\n", "Sum up a text in a word"],
    [["alone"], "", "alone"],
    [["--", "--not-a-flag"], "", "--not-a-flag"],
  ] as const) {
    it(`asks ${JSON.stringify(prompt)} for "${args.join(" ")}" with ${JSON.stringify(input)} piped in`, async () => {
      await ask(args, input);
      expect(bodies()[0]?.messages.at(-1).content).to.equal(prompt);
    });
  }

  for (const [flag, meant] of [
    ["--max-tokens", "--max-length"],
    ["--max-new-tokens", "--max-length"],
    ["--repeat-penalty", "--repetition-penalty"],
    ["--temprature", "--temperature"],
  ] as const) {
    it(`asks whether ${meant} was meant by ${flag}`, async () => {
      const { code, err } = await ask(["hi", flag, "3"]);
      expect(code).to.equal(2);
      expect(err).to.contain(`There is no flag "${flag}". Did you mean ${meant}?`);
    });
  }

  it("continues a text with --raw", async () => {
    await ask(["Once", "--raw"]);
    expect(bodies()[0]).to.include({ path: "/generate", prompt: "Once" });
  });

  it("prints the whole answer with --json, thoughts too", async () => {
    fake.on("POST /chat", (_, response) => {
      openStream(response);
      response.end(chatFramesOf([{ reasoning_content: "Hm." }, { content: "Yes." }]));
    });
    const { out } = await ask(["x", "--json"]);
    expect(JSON.parse(out)).to.include({ text: "Yes.", reasoning: "Hm.", finish_reason: "stop" });
  });

  it("keeps thoughts and escape sequences out of a pipe", async () => {
    fake.on("POST /chat", (_, response) => {
      openStream(response);
      response.end(chatFramesOf([{ reasoning_content: "Hm." }, { content: "\u001b[2JYes.\n" }]));
    });
    expect((await ask(["x"])).out).to.equal("␛[2JYes.\n");
  });

  it("without a prompt says how one is given, and ends with 2", async () => {
    for (const input of ["", " \n"]) {
      const { code, err } = await ask([], input);
      expect([code, err]).to.satisfy(([end, words]: [number, string]) => end === 2 && /There is no prompt/.test(words));
    }
  });

  it("ends with 2 and the flag's name for a value that the lab refuses", async () => {
    fake.on("POST /chat", (_, response) => {
      const message = "temperature is 7. It must be a number from 0 to 2.";
      response.writeHead(400, { "content-type": "application/json" });
      response.end(
        JSON.stringify({
          detail: message,
          error: { message, type: "error", param: "temperature", code: "invalid_request" },
        }),
      );
    });
    const { code, err } = await ask(["x", "--temperature", "7"]);
    expect([code, err]).to.deep.equal([2, "--temperature is 7. It must be a number from 0 to 2.\n"]);
  });

  it("ends with 1 and the reason when there is no answer", async () => {
    fake.on("POST /chat", (_, response) => sendError(response, 413, "prompt_too_long", "It is too long."));
    const { code, out, err } = await ask(["x"]);
    expect([code, out, err]).to.deep.equal([1, "", "It is too long.\n"]);
  });

  it("names the ids there are when no model is loaded", async () => {
    fake.health.model = null;
    const { code, err } = await ask(["x"]);
    expect(code).to.equal(1);
    expect(err).to.match(/^No model is loaded\. Name one: --model ID\. There are: sample/);
  });

  it("waits for a model that loads, within --max-time", async () => {
    fake.health.loading = { model: "big", progress: 0.4 };
    let asks = 0;
    fake.on("POST /chat", ({ path }, response) => {
      asks += 1;
      if (asks < 3) return sendError(response, 503, "model_loading", "It loads.", { "retry-after": "1" });
      openStream(response);
      response.end(framesOf(path, ["fine"]));
    });
    const { code, out, err } = await ask(["x"]);
    expect([code, out, err]).to.deep.equal([0, "fine\n", "Loading big …\n"]);
    asks = -1000;
    const bounded = await ask(["x", "--max-time", "1.5"]);
    expect([bounded.code, bounded.err]).to.deep.equal([1, "Loading big …\nIt loads.\n"]);
  });

  it("is ended by Ctrl-C with 130; what came stays, and the lab stops working on it", async () => {
    const asked = start(["run", "--url", fake.url, "endless"], { ...options, input: "" });
    await asked.says(/more more/);
    asked.child.kill("SIGINT");
    const { code, out, err } = await asked.outcome;
    expect([code, err]).to.deep.equal([130, ""]);
    expect(out).to.match(/more \n$/);
    expect(await (await fake.request(({ path }) => path === "/chat")).outcome).to.equal("left");
  });

  it("ends well when its reader has seen enough", async () => {
    const asked = start(["run", "--url", fake.url, "endless"], { ...options, input: "" });
    await asked.says(/more more/);
    asked.child.stdout?.destroy();
    expect((await asked.outcome).code).to.equal(0);
    expect(await (await fake.request(({ path }) => path === "/chat")).outcome).to.equal("left");
  });

  it("shows on a terminal what the answer cost, and no escape sequence with NO_COLOR", async function () {
    if (!existsSync("/usr/bin/script")) this.skip();
    const { code, out } = await run(["run", "--url", fake.url, "x"], {
      ...options,
      onTerminal: true,
      env: { NO_COLOR: "1" },
    });
    expect(code).to.equal(0);
    expect(out)
      .to.match(/^Once upon a time\.\r\n— .*tokens/)
      .and.not.contain("\u001b");
  });

  it("shows on a terminal how far a model is that it waits for", async function () {
    if (!existsSync("/usr/bin/script")) this.skip();
    fake.health.loading = { model: "big", progress: 0.4 };
    fake.on("POST /chat", ({ path }, response) => {
      setTimeout(() => {
        openStream(response);
        response.end(framesOf(path, ["fine"]));
      }, 1500);
    });
    const { out } = await run(["run", "--url", fake.url, "x"], { ...options, onTerminal: true });
    // the line is gone when the answer begins
    expect(out).to.contain("\r\u001b[KLoading big 40 %").and.contain("\r\u001b[Kfine");
  });

  it("starts a lab where none runs, says so, and finds it the next time", async () => {
    const file = join(options.runtimeDir, "prompt.txt");
    writeFileSync(file, "Hello");
    const first = await run(["run", "Hello", "--max-length", "5"], options);
    expect([first.code, first.err], first.err).to.satisfy(
      ([code, err]: [number, string]) => code === 0 && err.includes('No lab called "default" runs: starting one'),
    );
    const { pid } = readState(options.runtimeDir, "default") ?? {};
    const second = await run(["run", "Hello", "--seed", "1"], options);
    expect([second.code, second.err]).to.deep.equal([0, ""]);
    expect(readState(options.runtimeDir, "default")?.pid).to.equal(pid);
    expect((await run(["stop"], options)).code).to.equal(0);
  });
});
