import { expect } from "chai";
import type { Kernel } from "../../support/kernel.js";
import { kernelForAll } from "../../support/kernel-for-all.js";

describe("the kernel withstands", function () {
  this.timeout(60_000);
  let kernel: Kernel;

  kernelForAll((started) => {
    kernel = started;
  });

  it("the stop button while it loads and reads its first cell", async () => {
    const cell = await kernel.begin("for (;;) {}");
    await kernel.interrupt();
    expect((await cell.ended).error?.ename).to.equal("Interrupted");
    expect((await kernel.run("1 + 1")).value).to.equal("2");
  });

  it("displays that cannot be sent", async () => {
    const refused = await kernel.run('display({ "application/json": { a: 5n } })');
    expect(refused.error?.evalue).to.match(/^What is to be shown as application\/json cannot be sent/);
    const text = await kernel.run('({ [Symbol.for("Jupyter.display")]: () => ({ "text/plain": 5n }) })');
    expect(text.value).to.equal("5");
  });

  it("values that refuse to be asked how they are shown", async () => {
    const { value } = await kernel.run('new Proxy({}, { get() { throw new Error("no such name") } })');
    expect(value).to.equal("{}");
  });

  it("requests named like what every object has", async () => {
    // nobody answers them
    for (const type of ["constructor", "toString"]) void kernel.ask(type);
    expect((await kernel.run("2")).value).to.equal("2");
  });

  it("cells that clear the process's listeners away", async () => {
    const cell = await kernel.run(`process.removeAllListeners("uncaughtException");
setTimeout(() => { throw new Error("late") }, 1);
await new Promise((resolve) => setTimeout(resolve, 50));
3`);
    expect(cell.value).to.equal("3");
    expect(cell.error?.evalue).to.equal("late");
  });

  it("a promise as a value, and shows nothing of its own on it", async () => {
    expect((await kernel.run("new Promise(() => {})")).value).to.equal("Promise { <pending> }");
  });
});
