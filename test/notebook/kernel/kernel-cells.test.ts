import { expect } from "chai";
import { ensureBuild } from "../../../scripts/setup/build.mjs";
import { skippedParts } from "../../../scripts/setup/skip.mjs";
import { fakeModel } from "../../support/fake-lab-answers.js";
import { FakeLabServer } from "../../support/fake-lab-server.js";
import { Kernel } from "../../support/kernel.js";
import type { CellOutput } from "../../support/kernel-cell.js";

const key = "secret-key-0123456789";

describe("a lab in cells of a real tslab kernel", () => {
  let fake: FakeLabServer;
  let kernel: Kernel;

  before(async function () {
    if (skippedParts().has("jupyter")) return this.skip();
    this.timeout(60_000);
    await ensureBuild({ log: () => {} });
    fake = await FakeLabServer.start();
    kernel = await Kernel.start();
    await good(`import { connectLab, currentLab } from "locallab";`);
    await good(`const lab = await connectLab("${fake.url}", { apiKey: "${key}" });`);
  });
  after(async () => {
    await kernel?.end();
    await fake?.stop();
  });

  const asked = (prompt: string) => fake.request(({ body }) => body?.prompt === prompt);

  /** Runs a cell that must end well and print no error. */
  async function good(code: string): Promise<CellOutput> {
    const output = await kernel.run(code);
    const { status, stderr, error } = output;
    expect({ status, stderr, error }, code).to.deep.equal({ status: "ok", stderr: "", error: undefined });
    return output;
  }

  /** The HTML a cell shows, which must be its only output. */
  async function onlyHtml(code: string): Promise<string> {
    const { stdout, shown } = await good(code);
    expect(stdout).to.equal("");
    expect(shown).to.have.length(1);
    return shown[0]?.states.at(-1) ?? "";
  }

  it("shows a card for a lab and below it a fold of its own, without its key and without an empty line", async () => {
    const { stdout, shown } = await good("lab");
    expect(stdout).to.equal("");
    const [card = "", usage = ""] = shown.map(({ states }) => states.at(-1));
    expect(shown).to.have.length(2);
    expect(card)
      .to.match(/ · sample · <b>ready<\/b>/)
      .and.include(fake.url)
      .and.not.include("<details");
    expect(usage).to.include("<details").and.include("$LOCALLAB_API_KEY");
    expect(card + usage)
      .to.not.include(key)
      .and.not.include("0123456789");
  });

  it("leaves the fold as it is while the lab is busy, and says on the card that it is", async () => {
    const cell = await kernel.run("lab");
    const { slots } = fake.health;
    try {
      Object.assign(fake.health, { state: "busy", slots: { busy: 1, total: 4 } });
      await kernel.run("await lab.health()");
      const until = performance.now() + 20_000;
      while (!cell.shown[0]?.states.at(-1)?.includes("1 of 4 slots busy") && performance.now() < until) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      expect(cell.shown[0]?.states.at(-1)).to.include("1 of 4 slots busy");
    } finally {
      Object.assign(fake.health, { state: "ready", slots });
    }
    expect(cell.shown[1]?.states).to.have.length(1);
  });

  it("says in a later cell, once, how the lab is where its card said something else", async () => {
    const other = await FakeLabServer.start();
    await good(`const watched = await connectLab("${other.url}");`);
    await good("watched");
    const linesOf = async (): Promise<string[]> =>
      (await good("const state = await watched.health();")).shown.map(({ states }) => states.at(-1) ?? "");
    try {
      expect(await linesOf()).to.deep.equal([]);
      other.health.model = "another";
      // until the card has noticed
      let lines: string[] = [];
      for (let asked = 0; lines.length === 0 && asked < 200; asked++) lines = await linesOf();
      expect(lines).to.have.length(1);
      expect(lines[0])
        .to.match(/ · another · <b>ready<\/b>/)
        .and.not.include("4096");
      expect(await linesOf()).to.deep.equal([]);
    } finally {
      await kernel.run("await watched.stop();");
      await other.stop();
    }
  });

  it("does not say in a cell what that cell has done itself; the next one says it", async () => {
    const other = await FakeLabServer.start();
    other.on("POST /models/load", (_, response) => {
      other.health.model = "another";
      response.writeHead(200, { "Content-Type": "application/json" });
      response.end(JSON.stringify({ status: "success", message: "Loaded.", model: { ...fakeModel(), id: "another" } }));
    });
    try {
      await good(`const changed = await connectLab("${other.url}");`);
      await good("changed");
      const { shown } = await good(`await changed.models.load("another");\nconst after = await changed.health();`);
      expect(
        shown.map(({ states }) => states.at(-1) ?? "").filter((html) => html.includes("· <b>ready</b>")),
      ).to.deep.equal([]);
      const later = await good("const again = await changed.health();");
      expect(later.shown.map(({ states }) => states.at(-1) ?? "").join()).to.match(/ · another · <b>ready<\/b>/);
    } finally {
      await kernel.run("await changed.stop();");
      await other.stop();
    }
  });

  it("masks the key when a cell ends with it", async () => {
    expect((await good("lab.apiKey")).value).to.equal("••••6789");
  });

  it("awaits a reply, and iterates one in a function", async () => {
    expect((await good(`const answer = await lab.generate("hi");\nanswer.text`)).value).to.equal("Once upon a time.");
    const loop = `async function read() { let all = ""; for await (const piece of lab.chat("hi")) all += piece + "|"; return all; }`;
    expect((await good(`${loop}\nconst all = await read();\nall`)).value).to.equal("Once |upon |a |time.|");
  });

  it("renders lists, reports, batches and a loaded model, all escaped", async () => {
    const models = await onlyHtml("await lab.models.list()");
    expect(models).to.include("&lt;img src=x").and.include("⟨U+202E⟩").and.not.include("<img");
    expect(await onlyHtml("await lab.system()")).to.include("2.0 GiB of 8.0 GiB");
    expect(await onlyHtml("await lab.requests()")).to.include("queued, place 2");
    expect(await onlyHtml("await lab.health()")).to.include("0 of 4 slots busy");
    expect(await onlyHtml(`await lab.batch(["a", "b"])`)).to.include("Once upon a time.");
    expect(await onlyHtml(`await lab.models.load("sample")`))
      .to.include("<b>sample</b>")
      .and.include("loaded");
  });

  it("moves a bar while a model loads", async () => {
    let finish = (): void => {};
    fake.on("POST /models/load", (_, response) => {
      finish = () => response.writeHead(404).end(`{"detail":"No model is called b."}`);
    });
    const cell = await kernel.begin(`await lab.models.load("b")`);
    fake.health.loading = { model: "b", progress: 0.4 };
    await cell.until(({ shown }) => shown[0]?.states.at(-1)?.includes("width:40%") === true);
    fake.health.loading = null;
    finish();
    const { error, shown } = await cell.ended;
    expect(error?.traceback).to.deep.equal(["No model is called b.", "(http_404)"]);
    expect(shown[0]?.states.at(-1)).to.include("b was not loaded");
  });

  it("keeps the card up to date until the lab is stopped", async () => {
    await good(`const second = await connectLab("${fake.url}");`);
    const cell = await kernel.begin("second");
    await cell.ended;
    fake.health.slots.busy = 2;
    fake.health.state = "busy";
    await cell.until(({ shown }) => shown[0]?.states.at(-1)?.includes("2 of 4 slots busy") === true);
    fake.health.slots.busy = 0;
    fake.health.state = "ready";
    await cell.until(({ shown }) => shown[0]?.states.at(-1)?.includes("<b>ready</b>") === true);
    expect((await good("await second.stop()")).shown[0]?.states[0]).to.include("let go of");
    await cell.until(({ shown }) => shown[0]?.states.at(-1)?.includes("<b>stopped</b>") === true);
  });

  it("cancels what the interrupted cell began, and nothing else", async () => {
    await kernel.run(`const earlier = lab.generate("endless earlier");`);
    const cell = await kernel.begin(
      `const kept = lab.generate("endless kept", { background: true });\nawait lab.show("endless shown");`,
    );
    const shown = await asked("endless shown");
    await cell.until((output) => output.shown[0]?.states.at(-1)?.includes("more") === true);
    await kernel.interrupt();
    const output = await cell.ended;
    expect(output.status).to.equal("error");
    expect(output.error?.traceback).to.deep.equal(["Interrupted."]);
    expect(output.stderr).to.equal("");
    expect(output.shown[0]?.states.at(-1)).to.match(/(more )+.*cancelled after/s);
    expect(await shown.outcome).to.equal("left");
    const states = await kernel.run(`[earlier.state, kept.state].join()`);
    expect(states.value).to.equal("running,running");
  });

  it("updates a stream at most 15 times a second", async () => {
    const output = await kernel.run(
      `const reply = lab.show("endless");\nsetTimeout(() => reply.cancel(), 1000);\nawait reply.catch(() => {});`,
    );
    expect(output.shown[0]?.states.length).to.be.within(5, 18);
  });

  it("shows an error as its sentence, and no stack", async () => {
    const { status, error } = await kernel.run(`await connectLab("http://127.0.0.1:1");`);
    expect(status).to.equal("error");
    expect(error?.traceback).to.deep.equal([
      "http://127.0.0.1:1 cannot be reached: nothing listens there. Start the lab, or check the port.",
      "(connection_failed)",
    ]);
  });

  it("is found by currentLab after a cell that threw", async () => {
    await kernel.run(`const third = await connectLab("${fake.url}"); throw new Error("oops");`);
    await good("const found = currentLab();");
    expect((await good("found.url")).value).to.equal(fake.url);
    await good("await found.stop();");
  });

  it("has types that a cell checks", async () => {
    const wrong = await kernel.run(`const text: number = (answer).text;`);
    expect(wrong.error?.evalue).to.include("Type 'string' is not assignable to type 'number'");
    const misspelt = await kernel.run(`lab.generate("hi", { temprature: 1 });`);
    expect(misspelt.error?.evalue).to.include("Did you mean to write 'temperature'?");
  });

  it("says on hover what things do, their ranges and defaults", async () => {
    const connect = await kernel.hover("connectLab", "connectLab");
    expect(connect).to.include("Connects to a lab that runs already").and.include("Promise<Lab>");
    const generate = await kernel.hover("lab.generate", "generate");
    expect(generate).to.include("Continues a text.").and.include("default 8192").and.include("Reply");
    expect(await kernel.hover(`lab.generate("x", { top_p: 1 })`, "top_p")).to.include("Default: 0.9");
  });

  it("completes the lab's own members and options", async () => {
    expect(await kernel.complete("lab.")).to.include.members(["generate", "chat", "batch", "show", "models", "stop"]);
    expect(await kernel.complete(`lab.generate("x", { `)).to.include.members(["temperature", "background"]);
  });
});
