import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect } from "chai";
import { descendantsOf, processes } from "../../scripts/storm/process-tree.js";

describe("the process tree", () => {
  it("holds children of children, and nobody else", () => {
    const one = (pid: number, parent: number, state = "S") => ({ pid, parent, group: 1, state, command: "" });
    const all = [one(1, 0), one(10, 1), one(11, 10), one(12, 11), one(13, 11, "Z"), one(20, 1)];
    expect(descendantsOf(10, all).map(({ pid }) => pid)).to.deep.equal([11, 12]);
  });

  it("tells a stopped process from one that runs", async () => {
    const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60_000)"], { stdio: "ignore" });
    const state = (): string | undefined => processes().find(({ pid }) => pid === child.pid)?.state;
    try {
      await once(child, "spawn");
      expect(descendantsOf(process.pid).map(({ pid }) => pid)).to.include(child.pid);
      expect(state()).to.not.match(/^T/);
      child.kill("SIGSTOP");
      while (!state()?.startsWith("T")) await new Promise((resolve) => setTimeout(resolve, 5));
    } finally {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
  });
});
