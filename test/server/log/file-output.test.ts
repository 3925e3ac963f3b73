import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { LabError } from "../../../src/server/errors.js";
import { FileOutput } from "../../../src/server/log/file-output.js";
import { createLog } from "../../../src/server/log.js";
import { temporaryFolder } from "../../support/temp-folder.js";

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
/** Longer than a place is trusted without a look. */
const lookMs = 1200;

describe("the log's file", function () {
  this.timeout(60_000);
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = temporaryFolder();
    file = join(folder, "deep", "lab.log");
  });
  const text = (): string => readFileSync(file, "utf8");

  it("is opened at once, its folder made", async () => {
    const output = new FileOutput(file);
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    await output.close(1000);
  });

  for (const [what, make] of [
    ["a folder", (path: string) => mkdirSync(path, { recursive: true })],
    ["below a file", (path: string) => writeFileSync(join(path, ".."), "")],
    [
      "a pipe that nobody reads",
      (path: string) => {
        mkdirSync(join(path, ".."));
        execFileSync("mkfifo", [path]);
      },
    ],
  ] as const) {
    it(`is refused at the start when it is ${what}, naming the setting`, () => {
      make(file);
      expect(() => createLog("info", file))
        .to.throw(LabError, "--log-file")
        .with.property("code", "invalid_request");
    });
  }

  it("is made again when its folder was removed, and after it was rotated", async () => {
    const output = new FileOutput(file);
    output.write("one\n");
    await pause(lookMs);
    rmSync(join(folder, "deep"), { recursive: true });
    output.write("two\n");
    await pause(lookMs);
    expect(text()).to.equal("two\n");
    renameSync(file, `${file}.1`);
    output.write("three\n");
    await output.close(2000);
    expect([text(), readFileSync(`${file}.1`, "utf8")]).to.deep.equal(["three\n", "two\n"]);
  });

  it("comes back after its place could not be used, with what waited and the number of what was lost", async () => {
    const output = new FileOutput(file);
    output.write("first\n");
    await pause(lookMs);
    rmSync(join(folder, "deep"), { recursive: true });
    writeFileSync(join(folder, "deep"), "in the way");
    // more than may wait
    for (let place = 0; place < 30; place++) output.write(`${"x".repeat(99_999)}\n`);
    await pause(200);
    for (let place = 0; place < 30; place++) output.write(`${"y".repeat(99_999)}\n`);
    rmSync(join(folder, "deep"));
    const until = performance.now() + 20_000;
    while (!existsSync(file) && performance.now() < until) await pause(50);
    await output.close(5000);
    const lines = text().trimEnd().split("\n");
    const lost = lines.map((line) => /"lost":(\d+)/.exec(line)?.[1]).find((number) => number !== undefined);
    expect(lines.filter((line) => /^x+$/.test(line)).length).to.be.greaterThan(5);
    expect(Number(lost)).to.equal(60 - lines.filter((line) => /^[xy]+$/.test(line)).length);
  });

  it("does not hold up an end that a full disk would hold up", async function () {
    if (!existsSync("/dev/full")) this.skip();
    const output = new FileOutput("/dev/full");
    output.write("x\n");
    await pause(100);
    const began = performance.now();
    await output.close(300);
    expect(performance.now() - began).to.be.lessThan(5000);
  });
});
