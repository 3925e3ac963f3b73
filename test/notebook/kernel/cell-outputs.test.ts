import { expect } from "chai";
import type { Kernel } from "../../support/kernel.js";
import type { CellRun } from "../../support/kernel-cell.js";
import { kernelForAll } from "../../support/kernel-for-all.js";

/** Contents of one type that a cell put out. */
const all = (cell: CellRun, type: string): Readonly<Record<string, unknown>>[] =>
  cell.messages.filter(([kind]) => kind === type).map(([, content]) => content);

describe("what a cell puts out", function () {
  this.timeout(60_000);
  let kernel: Kernel;

  kernelForAll((started) => {
    kernel = started;
  });

  async function run(code: string, fields: Readonly<Record<string, unknown>> = {}): Promise<CellRun> {
    const cell = await kernel.begin(code, fields);
    await cell.ended;
    return cell;
  }

  it("is its value as a result with the cell's number, and nothing for undefined", async () => {
    const cell = await run("[1, { a: 2 }]");
    const [{ execution_count: count } = {}] = all(cell, "execute_input");
    expect(all(cell, "execute_result")).to.deep.equal([
      { execution_count: count, data: { "text/plain": "[ 1, { a: 2 } ]" }, metadata: {} },
    ]);
    for (const [code, value] of [
      ["null", "null"],
      [`"a\\nb"`, "a\nb"],
      ["undefined", ""],
      ["let nothing = 1;", ""],
      ["void nothing", ""],
      ["await Promise.resolve(7)", "7"],
    ] as const)
      expect((await run(code)).value, code).to.equal(value);
  });

  it("is a value as its own method shows it, at once or later, or as nothing when it gives nothing", async () => {
    const shown = async (body: string) =>
      all(await run(`({ [Symbol.for("Jupyter.display")]: ${body} })`), "execute_result").map(({ data }) => data);
    expect(await shown(`() => ({ "text/html": "<b>1</b>", "text/plain": "1" })`)).to.deep.equal([
      { "text/html": "<b>1</b>", "text/plain": "1" },
    ]);
    expect(
      await shown(`async () => ({ "application/json": { a: [1] }, "image/png": new Uint8Array([1, 2]) })`),
    ).to.deep.equal([{ "application/json": { a: [1] }, "image/png": "AQI=" }]);
    expect(await shown("() => ({})")).to.deep.equal([]);
    expect(await shown("() => undefined")).to.deep.equal([]);
    const failed = await run(`({ [Symbol.for("Jupyter.display")]() { throw new RangeError("no picture"); } })`);
    expect([failed.status, failed.error?.evalue]).to.deep.equal(["error", "no picture"]);
  });

  it("is cut where a value is larger than anyone reads", async () => {
    const { value } = await run(`Array.from({ length: 100 }, () => "x".repeat(1000))`);
    expect(value.length).to.be.below(21_000);
    expect(value).to.match(/… \d+ more characters/);
  });

  it("is a display with all its forms, replaced by its id where it was made, from a later cell and after its end", async () => {
    const first = await run(`display({ "text/html": "<b>0</b>", "text/plain": "0" }, { displayId: "one" });`);
    expect(all(first, "display_data")).to.deep.equal([
      { data: { "text/html": "<b>0</b>", "text/plain": "0" }, metadata: {}, transient: { display_id: "one" } },
    ]);
    const later = await run(
      `display({ "text/plain": "1" }, { displayId: "one", update: true });
       setTimeout(() => display("two", { displayId: "one", update: true }), 50);`,
    );
    await first.until(() => (first.shown[0]?.states.length ?? 0) >= 3);
    expect(later.shown).to.deep.equal([]);
    const refused = await run("display(1, { update: true });");
    expect(refused.error?.evalue).to.include("needs the displayId");
  });

  it("is what tslab's own displays show", async () => {
    const cell = await run(
      `import * as tslab from "tslab";
       tslab.display.html("<i>1</i>");
       const bar = tslab.newDisplay(); bar.html("0%"); bar.html("50%");`,
    );
    expect(cell.shown.map(({ states }) => states)).to.deep.equal([["<i>1</i>"], ["0%", "50%"]]);
    await run(`bar.html("100%");`);
    await cell.until(() => cell.shown[1]?.states.at(-1) === "100%");
  });

  it("is what it prints, also after its end and while another cell runs", async () => {
    const early = await run(
      `setTimeout(() => console.log("late"), 200);
       (async () => { await null; setTimeout(() => process.stderr.write("later\\n"), 250); })();
       undefined`,
    );
    const other = await run(`await new Promise((done) => setTimeout(done, 400)); console.log("mine");`);
    await early.until(({ stderr }) => stderr !== "");
    expect([early.stdout, early.stderr, other.stdout, other.stderr]).to.deep.equal(["late\n", "later\n", "mine\n", ""]);
  });

  it("is printed text whole and in order, in at most some 20 messages a second", async () => {
    const began = performance.now();
    const cell = await run(`for (let line = 0; line < 50_000; line++) console.log(line);`);
    const seconds = (performance.now() - began) / 1000;
    expect(cell.stdout).to.equal(Array.from({ length: 50_000 }, (_, line) => `${line}\n`).join(""));
    expect(all(cell, "stream").length).to.be.within(1, 3 + 25 * seconds);
    const mixed = await run(`console.log(1); console.error(2); console.log(3); display("x");  console.log(4);`);
    const order = mixed.messages.filter(([type]) => type === "stream" || type === "display_data");
    expect(order.map(([, { text, data }]) => text ?? (data as Record<string, unknown>)["text/plain"])).to.deep.equal([
      "1\n",
      "2\n",
      "3\n",
      "x",
      "4\n",
    ]);
  });

  it("is shown while it computes without a pause", async () => {
    const cell = await kernel.begin(
      `console.log("before"); const until = Date.now() + 2000; while (Date.now() < until); console.log("after");`,
    );
    await cell.until(({ stdout }) => stdout === "before\n");
    expect(cell.status).to.equal(undefined);
    expect((await cell.ended).stdout).to.equal("before\nafter\n");
  });

  it("is written bytes put together, with the writer's callbacks called", async () => {
    const { stdout, error } = await run(
      `const bytes = Buffer.from("aé🙂");
       for (const byte of bytes) process.stdout.write(Uint8Array.of(byte));
       process.stdout.write("41", "hex");
       await new Promise<void>((done) => process.stdout.write("!", () => done()));
       await new Promise<void>((done) => process.stdout.write("?", "utf8", () => done()));`,
    );
    expect({ stdout, error }).to.deep.equal({ stdout: "aé🙂A!?", error: undefined });
    expect((await run("process.stdout.write(5 as any);")).error?.evalue).to.include('"chunk" argument');
  });

  it("holds each cell's own mark, the same all through it", async () => {
    await run(
      `const mark = () => (globalThis as any)[Symbol.for("locallab.kernel")].cell;
       const first = mark(); let seen: unknown;
       setTimeout(() => { seen = mark(); }, 50);`,
    );
    const { value } = await run(
      "await new Promise((done) => setTimeout(done, 200)); [seen === first, mark() === first].join()",
    );
    expect(value).to.equal("true,false");
  });
});
