import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { runMocha } from "../../scripts/setup/run-mocha.mjs";
import { temporaryFolder } from "../support/temp-folder.js";

/** Runs one test file with this source. */
function run(source: string, options: { coverage?: string; endingMs?: number } = {}) {
  const folder = temporaryFolder();
  const file = join(folder, "one.test.mjs");
  writeFileSync(file, source);
  return runMocha([file], { output: join(folder, "numbers.json"), quiet: true, ...options });
}

describe("set-up: a mocha process", function () {
  this.timeout(60_000);

  it("tells its numbers, titles of what failed, and how long files and tests took", async () => {
    const { numbers, failures, files, tests, problem, screen } = await run(
      `describe("group", () => { it("passes", () => {}); it("fails", () => { throw new Error("why"); }); it("waits"); });`,
    );
    expect(numbers).to.deep.equal({ passed: 1, failed: 1, skipped: 1 });
    expect(failures).to.deep.equal(["group fails"]);
    expect(problem).to.equal("1 of 2 failed");
    expect(screen).to.contain("Error: why");
    expect(Object.values(files)).to.have.length(1);
    expect(tests.map(({ title }) => title)).to.deep.equal(["group passes", "group fails", "group waits"]);
  });

  it("has no problem when all passed, and writes what V8 counted where it is told to", async () => {
    const coverage = join(temporaryFolder(), "coverage");
    const { numbers, problem } = await run(`it("passes", () => {});`, { coverage });
    expect({ numbers, problem }).to.deep.equal({ numbers: { passed: 1, failed: 0, skipped: 0 }, problem: undefined });
    expect(existsSync(coverage) && readdirSync(coverage)).to.have.length.above(0);
  });

  it("says so when it broke off, and when it found nothing", async () => {
    const broken = await run(`throw new Error("no such luck");`);
    expect(broken.problem).to.equal("it broke off with code 1");
    expect(broken.screen).to.contain("no such luck");
    expect((await run("")).problem).to.equal("it found no test");
  });

  it("is killed when something its tests left open keeps it from ending", async () => {
    const source = `it("passes", () => void setInterval(() => {}, 1000));`;
    const { numbers, problem } = await run(source, { endingMs: 500 });
    expect(numbers.passed).to.equal(1);
    expect(problem).to.equal("something the tests left open kept the process from ending");
  });
});
