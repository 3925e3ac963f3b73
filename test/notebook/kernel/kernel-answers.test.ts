/** Answers as cells of a real kernel show them. A lab of the test's own answers, piece by piece as each test wants. */
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "chai";
import { ensureBuild } from "../../../scripts/setup/build.mjs";
import { skippedParts } from "../../../scripts/setup/skip.mjs";
import { chatFramesOf, FakeLabServer, framesOf, openStream, sendError } from "../../support/fake-lab-server.js";
import { Kernel } from "../../support/kernel.js";
import type { CellOutput, CellRun } from "../../support/kernel-cell.js";

describe("answers in cells of a real kernel", () => {
  let fake: FakeLabServer;
  let kernel: Kernel;

  before(async function () {
    if (skippedParts().has("jupyter")) return this.skip();
    this.timeout(60_000);
    await ensureBuild({ log: () => {} });
    fake = await FakeLabServer.start();
    kernel = await Kernel.start();
    await kernel.run(`import { connectLab } from "locallab";\nconst lab = await connectLab("${fake.url}");`);
  });
  after(async () => {
    await kernel?.end();
    await fake?.stop();
  });

  const last = ({ shown }: CellOutput, at = 0): string => shown[at]?.states.at(-1) ?? "";

  /** Streams the pieces 150 ms apart. */
  async function slowly(pieces: readonly string[], response: Parameters<typeof openStream>[0]): Promise<void> {
    openStream(response);
    for (const piece of pieces) {
      response.write(`data: ${JSON.stringify({ response: piece, finish_reason: null })}\n\n`);
      await pause(150);
    }
    response.end(framesOf("/generate", []));
  }

  it("stream as Markdown into one output, with a live count and clock, and end with the numbers", async () => {
    fake.on("POST /generate", (_, response) => void slowly([" **a**", " b", " c", "."], response));
    const cell = await kernel.run(`await lab.show("hi", { max_length: 4 })`);
    expect(cell.shown).to.have.length(1);
    const states = cell.shown[0]?.states ?? [];
    expect(states.some((state) => /\*\*a\*\* b.*\n\n<small>2 tokens · .*■ stops it<\/small>$/s.test(state))).to.equal(
      true,
    );
    expect(states.at(-1)).to.match(
      /^<span style="opacity:0\.6">hi<\/span> \*\*a\*\* b c\.\n\n<small role="status">4 tokens · .*cut|ended/,
    );
    expect(states.at(-1)).to.include("ended by itself");
    const run = cell as CellRun;
    const bundles = run.messages.filter(([type]) => type === "display_data").map(([, content]) => content.data);
    expect(Object.keys(bundles[0] as object)).to.have.members(["text/markdown", "text/plain"]);
  });

  it("are Markdown at the end of a cell, and text by console.log", async () => {
    fake.on("POST /generate", ({ path }, response) => {
      openStream(response);
      response.end(framesOf(path, [" **a** <b>"]));
    });
    const cell = await kernel.run(`const answer = await lab.generate("hi");\nanswer`);
    expect(last(cell)).to.match(/^\*\*a\*\* &lt;b>\n\n<small/);
    expect(cell.value).to.match(/^\*\*a\*\* <b>\n— 4 tokens/);
    expect((await kernel.run("console.log(answer)")).stdout).to.match(
      /^\*\*a\*\* <b>\n— 4 tokens · .*ended by itself\n$/,
    );
    expect((await kernel.run("answer.text")).value).to.equal(" **a** <b>");
  });

  it("are shown as they were written where that is asked for", async () => {
    const cell = await kernel.run(`await lab.show("hi", { raw: true })`);
    expect(last(cell)).to.match(/white-space:pre-wrap.*\*\*a\*\* &lt;b&gt;/s);
  });

  it("have their thoughts in an output of their own, folded, that no later word changes", async () => {
    fake.on("POST /chat", (_, response) => {
      openStream(response);
      response.end(chatFramesOf([{ reasoning_content: "hm" }, { reasoning_content: "m" }, { content: "Yes." }]));
    });
    const cell = await kernel.run(`await lab.show([{ role: "user", content: "?" }])`);
    expect(cell.shown).to.have.length(2);
    expect(last(cell)).to.match(/<details style[^>]*><summary[^>]*>Thoughts<\/summary>.*hmm/s);
    expect(last(cell, 1)).to.match(/^Yes\.\n\n<small role="status">/);
    expect(last(await kernel.run("lab.last"))).to.match(/^> \?\n\n<details><summary>Thoughts.*\n\nYes\./s);
  });

  it("say once why there is none", async () => {
    fake.on("POST /generate", (_, response) => sendError(response, 400, "invalid_request", "top_p is 7."));
    const cell = await kernel.run(`await lab.show("hi")`);
    expect(cell.error?.traceback.join()).to.include("top_p is 7.");
    expect(last(cell)).to.match(/<small role="status">failed after \d+ ms<\/small>$/);
    const unheard = await kernel.begin(`lab.generate("hi")`);
    await unheard.until((output) => last(output).includes("failed after"));
    expect(last(unheard)).to.match(/failed after \d+ ms: top\\?_?p is 7\./);
  });

  it("wait for a model that loads, and say how far it is", async () => {
    let isLoading = true;
    fake.on("POST /generate", ({ path }, response) => {
      if (isLoading) return sendError(response, 503, "model_loading", "It is loading.", { "retry-after": "1" });
      openStream(response);
      response.end(framesOf(path, ["there"]));
      return undefined;
    });
    fake.health.loading = { model: "b", progress: 0.63 };
    const cell = await kernel.begin(`await lab.show("hi")`);
    await cell.until((output) => last(output).includes("loading b … 63 %"));
    isLoading = false;
    fake.health.loading = null;
    await cell.ended;
    expect(last(cell)).to.match(/there\n\n<small role="status">4 tokens/);
  });

  it("are kept when their cell is interrupted", async () => {
    fake.on("POST /generate", (_, response) => void slowly(Array(40).fill(" more"), response));
    const cell = await kernel.begin(`const lost = await lab.show("hi")`);
    await cell.until((output) => last(output).includes(" more more"));
    await kernel.interrupt();
    expect((await cell.ended).status).to.equal("error");
    expect(last(cell)).to.match(/more more.*<small role="status">cancelled after/s);
    const kept = await kernel.run("lab.last");
    expect(last(kept)).to.match(/^> hi\n\nmore more.*<small role="status">cancelled after/s);
    expect((await kernel.run("lab.answers")).value).to.match(/hi +more more.* – +cancelled/);
  });

  it("go on streaming where they are asked for again", async () => {
    const first = await kernel.run(`const running = lab.generate("hi", { background: true });`);
    expect(first.shown).to.have.length(0);
    const cell = await kernel.begin("lab.last");
    await cell.until((output) => output.shown[0]?.states.some((state) => state.includes("■ stops it")) === true);
    await cell.until((output) => last(output).includes("more more more"));
    await kernel.run("running.cancel()");
    await cell.until((output) => last(output).includes("cancelled after"));
  });

  it("of a batch come row by row below a bar, and those that were there stay when it is interrupted", async () => {
    fake.on("POST /generate", ({ path, body }, response) => {
      openStream(response);
      if (body.prompt !== "never") response.end(framesOf(path, ["after ", body.prompt]));
    });
    const whole = await kernel.run(`const done = await lab.batch(["one", "two"]);\ndone`);
    expect(whole.shown).to.have.length(1);
    expect(last(whole)).to.include("after one").and.include("after two").and.include("2 prompts · 8 tokens");
    expect((await kernel.run("done.map(({ text }) => text).join()")).value).to.equal("after one,after two");
    const cell = await kernel.begin(`const cut = await lab.batch(["one", "never", "never"]);`);
    await cell.until((output) => last(output).includes("1/3"));
    expect(last(cell)).to.include("after one").and.include("width:33%");
    await kernel.interrupt();
    await cell.ended;
    expect(last(cell)).to.include("after one").and.include("1 of 3 are here: lab.last.batch");
    expect((await kernel.run("lab.last!.batch!.responses.join()")).value).to.equal("after one");
  });

  it("of a conversation show as a chat", async () => {
    fake.on("POST /chat", ({ path }, response) => {
      openStream(response);
      response.end(framesOf(path, ["Salt."]));
    });
    await kernel.run(`const talk = lab.conversation("Be brief.");\nawait talk.show("Why?");`);
    const cell = await kernel.run("talk");
    expect(last(cell)).to.match(
      /^\*\*Instructions\*\* {2}\nBe brief\.\n\n\*\*You\*\* {2}\nWhy\?\n\n\*\*Model\*\* {2}\nSalt\./,
    );
    expect(cell.value).to.equal("Instructions: Be brief.\n\nYou: Why?\n\nModel: Salt.");
    expect((await kernel.run("talk.history")).value).to.equal(cell.value);
  });

  it("are shown by a promise that nobody awaits, and by the models alone", async () => {
    for (const code of ["lab.models.list()", "lab.models", "lab.health()"]) {
      const cell = await kernel.begin(code);
      await cell.until((output) => /<table|slots busy/.test(last(output)));
      expect(cell.shown).to.have.length(1);
    }
  });
});
