import { setTimeout as pause } from "node:timers/promises";
import { expect } from "chai";
import type { Kernel } from "../../support/kernel.js";
import { kernelForAll } from "../../support/kernel-for-all.js";

describe("how a cell ends", function () {
  this.timeout(60_000);
  let kernel: Kernel;

  kernelForAll((started) => {
    kernel = started;
  });

  const failing = `throw new Error("first");`;

  it("aborts the cells that wait behind a failed one, and runs what is sent when it is idle", async () => {
    await kernel.run("let ran: string[] = [];");
    const failed = await kernel.begin(`await new Promise((done) => setTimeout(done, 200)); ${failing}`);
    const waiting = [await kernel.begin(`ran.push("a");`), await kernel.begin(`ran.push("b");`)];
    expect((await failed.ended).status).to.equal("error");
    expect((await Promise.all(waiting.map(({ ended }) => ended))).map(({ status }) => status)).to.deep.equal([
      "aborted",
      "aborted",
    ]);
    expect((await kernel.run("ran.length")).value).to.equal("0");
  });

  it("runs the waiting cells where stop_on_error is false", async () => {
    const failed = await kernel.begin(failing, { stop_on_error: false });
    const waiting = await kernel.begin(`"ran"`);
    expect((await failed.ended).status).to.equal("error");
    expect((await waiting.ended).value).to.equal("ran");
  });

  it("replies with what the error output says", async () => {
    const cell = await kernel.begin(failing);
    await cell.ended;
    const [, reply = {}] = cell.messages.find(([type]) => type === "execute_reply") ?? [];
    const { ename, evalue, traceback } = reply;
    expect({ ename, evalue, traceback }).to.deep.equal(cell.error);
    expect(cell.messages.map(([type]) => type)).to.deep.equal([
      "status",
      "execute_input",
      "error",
      "execute_reply",
      "status",
    ]);
  });

  const errors: readonly (readonly [code: string, name: string, traceback: RegExp])[] = [
    ["const n: number = 'x';", "TypeScriptError", /^1:7 - Type 'string' is not assignable.*\n {4}const n.*\n {10}\^$/],
    [
      "function f() {\n  throw new TypeError('deep');\n}\nf();",
      "TypeError",
      /^TypeError: deep\n {4}at f \(cell \d+:2:9\)\n {4}at cell \d+:4:1$/,
    ],
    ["await Promise.reject(new Error('late'));", "Error", /^Error: late\n {4}at cell \d+:1:22$/],
    [
      "throw new Error('outer', { cause: new RangeError('inner') });",
      "Error",
      /^Error: outer\n {4}at cell.*\n {2}Caused by: RangeError: inner\n {6}at cell/,
    ],
    [
      "await Promise.any([Promise.reject(new Error('one')), Promise.reject('two')]);",
      "AggregateError",
      /1\. Error: one\n(.*\n)* {2}2\. 'two'$/,
    ],
    ["throw 'just text';", "Thrown", /^Thrown: 'just text'$/],
    ["throw undefined;", "Thrown", /^Thrown: undefined$/],
    ["throw { a: 1 };", "Thrown", /^Thrown: \{ a: 1 \}$/],
    ["const c: any = new Error('round'); c.cause = c; throw c;", "Error", /Caused by: …$/],
    [
      "require('fs').readFileSync('/no/such');",
      "Error",
      /^Error: ENOENT.*\n\{.*code: 'ENOENT'.*\n {4}at cell \d+:1:15$/s,
    ],
    ["throw new Proxy(new Error('x'), { get() { throw new Error('no'); } });", "Error", /cannot be read/],
  ];
  for (const [code, name, traceback] of errors)
    it(`shows the user's lines of: ${code.replaceAll("\n", " ")}`, async () => {
      const { status, error, stderr } = await kernel.run(code);
      expect({ status, name: error?.ename, stderr }).to.deep.equal({ status: "error", name, stderr: "" });
      expect(error?.traceback.join("\n")).to.match(traceback);
    });

  it("folds the frames of libraries into one line", async () => {
    const { error } = await kernel.run(`import { z } from "zod";\nz.string().parse(5);`);
    const lines = error?.traceback.join("\n") ?? "";
    expect(lines)
      .to.match(/at cell \d+:2:12/)
      .and.not.include("node_modules");
  });

  it("tells an error in the background once, in the cell that began it, and lives on", async () => {
    const cell = await kernel.begin(
      `const again = setInterval(() => { throw new Error("behind"); }, 20);
       Promise.reject(new Error("nobody awaits"));`,
    );
    await cell.ended;
    await kernel.run("await new Promise((done) => setTimeout(done, 300)); clearInterval(again);");
    const told = cell.messages
      .filter(([type]) => type === "error")
      .map(([, { traceback }]) => String((traceback as string[])[0]));
    expect(told.sort()).to.deep.equal(["In the background: Error: behind", "In the background: Error: nobody awaits"]);
    expect((await kernel.run("1 + 1")).value).to.equal("2");
  });

  it("respects silent, store_history and user_expressions", async () => {
    const loud = await kernel.begin("const seven = 7; seven");
    await loud.ended;
    const countOf = (cell: typeof loud): unknown =>
      cell.messages.find(([type]) => type === "execute_reply")?.[1].execution_count;
    const silent = await kernel.begin("seven", { silent: true });
    await silent.ended;
    // the reply comes on a channel of its own, before or after
    expect(silent.messages.map(([type]) => type).sort()).to.deep.equal(["execute_reply", "status", "status"]);
    const unstored = await kernel.begin("seven", {
      store_history: false,
      user_expressions: { twice: "seven * 2", bad: "nope" },
    });
    await unstored.ended;
    expect([countOf(silent), countOf(unstored)]).to.deep.equal([countOf(loud), countOf(loud)]);
    const [, reply = {}] = unstored.messages.find(([type]) => type === "execute_reply") ?? [];
    const { twice, bad } = reply.user_expressions as Record<string, Record<string, unknown>>;
    expect(twice).to.deep.equal({ status: "ok", data: { "text/plain": "14" }, metadata: {} });
    expect([bad?.status, bad?.ename]).to.deep.equal(["error", "TypeScriptError"]);
  });

  const endless: readonly (readonly [what: string, code: string])[] = [
    ["waits", "await new Promise(() => {});"],
    ["computes", "for (;;) {}"],
    ["computes behind an await", "await null; for (;;) {}"],
    ["computes in a timer", "setTimeout(() => { for (;;) {} }, 1); await new Promise(() => {});"],
    ["waits for a program", `import { execSync } from "node:child_process"; execSync("sleep 60");`],
    ["catches everything", "await null; for (;;) try { for (;;) {} } catch {}"],
  ];
  for (const [what, code] of endless)
    it(`is interrupted while it ${what}, in one line, its names kept`, async () => {
      const cell = await kernel.begin(`let kept${what.length} = "${what}"; console.log("on"); ${code}`);
      await cell.until(({ stdout }) => stdout.includes("on"));
      await pause(100);
      await kernel.interrupt();
      const { status, error } = await cell.ended;
      expect({ status, ...error }).to.deep.equal({
        status: "error",
        ename: "Interrupted",
        evalue: "the cell was stopped",
        traceback: ["Interrupted."],
      });
      expect((await kernel.run(`kept${what.length}`)).value).to.equal(what);
    });

  it("shows what it has when it ends by itself at an interrupt", async () => {
    const cell = await kernel.begin(
      `setTimeout(() => console.log("on"), 20); await new Promise((done) => process.once("SIGINT", () => done("half")));`,
    );
    await cell.until(({ stdout }) => stdout.includes("on"));
    await kernel.interrupt();
    const { status, value, error } = await cell.ended;
    expect([status, value, error?.ename]).to.deep.equal(["error", "half", "Interrupted"]);
  });

  it("is not reached by an interrupt that came before it", async () => {
    await kernel.interrupt();
    await kernel.interrupt();
    expect((await kernel.run("await new Promise((done) => setTimeout(() => done(3), 300))")).value).to.equal("3");
  });
});
