import { expect } from "chai";
import { leftBehind } from "./left-behind.js";
import { runProgram } from "./run-program.js";

/** Starts a program in a session of its own that keeps the pipes open, as Jupyter starts kernels; prints "there". */
const withKernel = `
  require("child_process").spawn("sleep", ["600"], { detached: true, stdio: "inherit" }).unref();
  console.log("there");
`;

describe("runProgram", () => {
  it("gives code and output", async () => {
    const result = await runProgram("/bin/sh", ["-c", "echo out; echo err >&2; exit 3"]);
    expect(result).to.deep.equal({ code: 3, stdout: "out\n", stderr: "err\n" });
  });

  it("kills all that a program started when its time is over, also in groups of its own", async () => {
    const began = performance.now();
    const source = `${withKernel} setInterval(() => {}, 1000);`;
    const { code, stdout } = await runProgram(process.execPath, ["-e", source], { timeoutMs: 2000 });
    expect({ code, stdout }).to.deep.equal({ code: null, stdout: "there\n" });
    expect(performance.now() - began).to.be.below(20_000);
    expect(await leftBehind()).to.deep.equal([]);
  });

  it("does not wait for a process that a program left behind with its pipes", async () => {
    const began = performance.now();
    const leaves = `const { pid } = require("child_process").spawn("sleep", ["60"], { detached: true, stdio: "inherit" });
      console.log(pid); process.exit(0);`;
    const { code, stdout } = await runProgram(process.execPath, ["-e", leaves], { timeoutMs: 50_000 });
    process.kill(Number(stdout), "SIGKILL");
    expect(code).to.equal(0);
    expect(performance.now() - began).to.be.below(25_000);
  });
});
