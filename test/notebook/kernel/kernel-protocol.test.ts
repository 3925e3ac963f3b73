import { expect } from "chai";
import type { Kernel } from "../../support/kernel.js";
import type { CellRun } from "../../support/kernel-cell.js";
import { kernelForAll } from "../../support/kernel-for-all.js";

/** The reply among what answered a request. */
const replyOf = (asked: CellRun): readonly [type: string, content: Readonly<Record<string, unknown>>] | undefined =>
  asked.messages.find(([type]) => type.endsWith("_reply"));

describe("the kernel's side of Jupyter's protocol", function () {
  this.timeout(60_000);
  let kernel: Kernel;

  kernelForAll((started) => {
    kernel = started;
  });

  it("says what it is, with its true versions", async () => {
    for (const channel of ["shell", "control"] as const) {
      const [type, info = {}] = replyOf(await kernel.ask("kernel_info_request", {}, channel)) ?? [];
      expect(type).to.equal("kernel_info_reply");
      expect(info).to.include({ status: "ok", protocol_version: "5.3", implementation_version: "1.0.22" });
      expect(info.language_info).to.include({ name: "typescript", version: "5.0.4", file_extension: ".ts" });
      expect(info.banner).to.include(process.versions.node);
    }
  });

  it("answers what front ends ask beside cells", async () => {
    const answers: readonly (readonly [type: string, content: object, answer: object])[] = [
      ["comm_info_request", { target_name: "jupyter.widget" }, { status: "ok", comms: {} }],
      ["history_request", { hist_access_type: "tail", n: 10 }, { status: "ok", history: [] }],
      ["is_complete_request", { code: "const a = 1;" }, { status: "complete", indent: "" }],
      ["is_complete_request", { code: "function f() {" }, { status: "incomplete", indent: "  " }],
      ["inspect_request", { code: "", cursor_pos: 0 }, { status: "ok", found: false, data: {}, metadata: {} }],
    ];
    for (const [type, content, answer] of answers) {
      const [kind, reply] = replyOf(await kernel.ask(type, content)) ?? [];
      expect([kind, reply], type).to.deep.equal([type.replace("request", "reply"), answer]);
    }
    const opened = await kernel.ask("comm_open", { comm_id: "c1", target_name: "widget", data: {} });
    expect(opened.messages).to.deep.include(["comm_close", { comm_id: "c1", data: {} }]);
  });

  it("counts places by characters, as Jupyter does", async () => {
    const code = `"🙂🙂"; Math.ab`;
    const [, reply = {}] = replyOf(await kernel.ask("complete_request", { code, cursor_pos: [...code].length })) ?? [];
    expect(reply.matches).to.include("abs");
    expect([reply.cursor_start, reply.cursor_end]).to.deep.equal([[...code].length - 2, [...code].length]);
  });

  it("completes while a cell waits, and says it is busy again afterwards", async () => {
    const cell = await kernel.begin("await new Promise((done) => setTimeout(done, 1000));");
    await cell.until(() => cell.messages.length > 0);
    expect(await kernel.complete("Math.ab")).to.include("abs");
    expect(cell.status).to.equal(undefined);
    await cell.ended;
    const states = cell.messages.filter(([type]) => type === "status").map(([, { execution_state: state }]) => state);
    expect(states).to.deep.equal(["busy", "busy", "idle"]);
  });

  it("answers control and heartbeat while a cell computes", async () => {
    const cell = await kernel.begin("const until = Date.now() + 3000; while (Date.now() < until);");
    await cell.until(() => cell.messages.length > 0);
    expect(await kernel.beats()).to.equal(true);
    await kernel.ask("kernel_info_request", {}, "control");
    expect(cell.status).to.equal(undefined);
    await cell.ended;
  });

  it("leaves alone what it does not know, what is malformed, and what another key signed", async () => {
    const header = JSON.stringify({
      msg_id: "x",
      msg_type: "execute_request",
      session: "s",
      username: "",
      date: "",
      version: "5.3",
    });
    const content = JSON.stringify({ code: "(globalThis as any).broken = true;" });
    await kernel.sendFrames(["<IDS|MSG>", "0".repeat(64), header, "{}", "{}", content]);
    await kernel.sendFrames(["<IDS|MSG>", "short", header]);
    await kernel.sendFrames(["<IDS|MSG>"]);
    await kernel.sendFrames(["", "no delimiter"]);
    await kernel.sendFrames(["<IDS|MSG>", "0".repeat(64), "{", "[]", "null", "7"]);
    expect((await kernel.run("typeof (globalThis as any).broken")).value).to.equal("undefined");
  });

  it("asks the person for a line, hidden or not, one question after the other", async () => {
    const cell = await kernel.begin(
      `const [name, key] = await Promise.all([input("Name: "), input("Key: ", { password: true })]); name + "/" + key`,
    );
    const asks = () => cell.messages.filter(([type]) => type === "input_request").map(([, content]) => content);
    await cell.until(() => asks().length === 1);
    await kernel.type("Ann");
    await cell.until(() => asks().length === 2);
    await kernel.type("öß");
    expect((await cell.ended).value).to.equal("Ann/öß");
    expect(asks()).to.deep.equal([
      { prompt: "Name: ", password: false },
      { prompt: "Key: ", password: true },
    ]);
  });

  it("refuses to ask where nobody sits, and after the cell's end; an interrupt ends the question", async () => {
    const refused = await kernel.run("await input();", { allow_stdin: false });
    expect(refused.error?.evalue).to.include("runs without a person");
    await kernel.run("let late = ''; setTimeout(() => input('?').catch((error) => { late = error.message; }), 50);");
    expect((await kernel.run("await new Promise((done) => setTimeout(done, 300)); late")).value).to.match(
      /its cell runs|^$/,
    );
    const cell = await kernel.begin(`await input("?")`);
    await cell.until(() => cell.messages.some(([type]) => type === "input_request"));
    await kernel.interrupt();
    expect((await cell.ended).error?.traceback).to.deep.equal(["Interrupted."]);
    expect((await kernel.run("1 + 1")).value).to.equal("2");
  });

  it("goes on without growing for 2,000 cells", async function () {
    this.timeout(300_000);
    const cells = async (count: number): Promise<void> => {
      for (let cell = 0; cell < count; cell += 20) {
        const some = Array.from({ length: 20 }, (_, one) =>
          kernel.begin(`const value = "${cell + one}"; console.log(value);`),
        );
        const outputs = await Promise.all((await Promise.all(some)).map(({ ended }) => ended));
        expect(outputs.every(({ status }) => status === "ok")).to.equal(true);
      }
    };
    await cells(400);
    const before = await kernel.heldMiB();
    await cells(1600);
    const grown = (await kernel.heldMiB()) - before;
    expect(grown).to.be.below(30);
  });
});
