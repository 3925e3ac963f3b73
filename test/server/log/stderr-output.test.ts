import { execFileSync } from "node:child_process";
import { closeSync, constants, openSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { DescriptorOutput } from "../../../src/server/log/stderr-output.js";
import { temporaryFolder } from "../../support/temp-folder.js";

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe("the log's output to a descriptor", () => {
  let folder: string;
  beforeEach(() => {
    folder = temporaryFolder();
  });

  function pipe(): { reader: number; output: DescriptorOutput } {
    const path = join(folder, "pipe");
    execFileSync("mkfifo", [path]);
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    return { reader, output: new DescriptorOutput(openSync(path, constants.O_WRONLY | constants.O_NONBLOCK)) };
  }

  it("waits for nobody who does not read, and tells later what was lost", async () => {
    const { reader, output } = pipe();
    const line = `${"x".repeat(999)}\n`;
    const began = performance.now();
    for (let place = 0; place < 1000; place++) output.write(line);
    expect(performance.now() - began).to.be.lessThan(2000);
    const closed = output.close(10_000);
    let text = "";
    const bytes = Buffer.alloc(65_536);
    let isOver = false;
    void closed.then(() => {
      isOver = true;
    });
    for (let isDrained = false; !isDrained; await pause(1)) {
      try {
        const read = readSync(reader, bytes);
        text += bytes.toString("latin1", 0, read);
        // nothing comes from a pipe that nobody writes to any more
        isDrained = isOver && read === 0;
      } catch {
        // nothing is there yet
      }
    }
    closeSync(reader);
    const whole = text.split("\n").filter((one) => one.length === 999).length;
    const lost = Number(/"lost":(\d+)/.exec(text)?.[1]);
    expect(whole).to.be.within(200, 999);
    expect(whole + lost).to.equal(1000);
  });

  it("goes on without a word when its reader has gone", async () => {
    const { reader, output } = pipe();
    closeSync(reader);
    for (let place = 0; place < 100; place++) output.write("x\n");
    await output.close(1000);
  });

  it("ends within its time although nobody reads", async () => {
    const { reader, output } = pipe();
    for (let place = 0; place < 200; place++) output.write(`${"x".repeat(999)}\n`);
    const began = performance.now();
    await output.close(200);
    expect(performance.now() - began).to.be.within(150, 5000);
    closeSync(reader);
  });

  it("writes whole lines to a file", async () => {
    const path = join(folder, "file");
    const output = new DescriptorOutput(openSync(path, "a"));
    output.write("one\n");
    output.write("two\n");
    await output.close(1000);
    expect(readFileSync(path, "utf8")).to.equal("one\ntwo\n");
  });
});
