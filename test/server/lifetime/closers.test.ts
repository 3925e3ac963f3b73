import { expect } from "chai";
import { Closers } from "../../../src/server/lifetime/closers.js";

describe("Closers", () => {
  const closed: string[] = [];
  const logged: string[] = [];
  const log = { error: (message: string) => void logged.push(message) };
  beforeEach(() => {
    closed.length = 0;
    logged.length = 0;
  });

  it("close the last that was opened first, each once, and are told how long requests have", async () => {
    const closers = new Closers();
    for (const name of ["a", "b", "c"]) closers.add(name, (drain) => closed.push(`${name} ${drain}`));
    await closers.close(3, log);
    await closers.close(4, log);
    expect(closed).to.deep.equal(["c 3", "b 3", "a 3"]);
  });

  it("go on when one fails, and tell the log", async () => {
    const closers = new Closers();
    closers.add("The first", () => closed.push("first"));
    closers.add("The second", () => Promise.reject(new Error("broken")));
    closers.add("The third", () => {
      throw new Error("broken at once");
    });
    await closers.close(0, log);
    expect(closed).to.deep.equal(["first"]);
    expect(logged).to.deep.equal(["The third could not be closed", "The second could not be closed"]);
  });

  it("wait for nobody longer than was said, and then use force", async () => {
    const closers = new Closers();
    closers.add("The first", () => closed.push("first"));
    closers.add("The hung one", () => new Promise(() => {}), { withinMs: 50, force: () => closed.push("forced") });
    await closers.close(0.05, log);
    expect(closed).to.deep.equal(["forced", "first"]);
    expect(logged).to.deep.equal(["The hung one could not be closed"]);
  });
});
