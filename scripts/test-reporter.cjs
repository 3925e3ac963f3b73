/**
 * Mocha's spec output on the screen and, in the file named by the option `output`, for whoever ran it: the numbers, what
 * failed, and the milliseconds of each file and test.
 */
// CommonJS: mocha gets its reporters by require()
const { writeFileSync } = require("node:fs");
const { relative } = require("node:path");
const { reporters } = require("mocha");

module.exports = class TestReporter extends reporters.Spec {
  /**
   * @param {Mocha.Runner} runner
   * @param {Mocha.MochaOptions} options
   */
  constructor(runner, options) {
    super(runner, options);
    /** @type {Record<string, number>} */
    const files = {};
    /** @type {{ title: string, ms: number }[]} */
    const tests = [];
    /** @type {string[]} */
    const failures = [];
    let began = performance.now();
    runner.on("suite", (suite) => {
      if (suite.parent?.root) began = performance.now();
    });
    // hooks count too: a server that is started for a file is part of what the file takes
    runner.on("suite end", (suite) => {
      if (!suite.parent?.root || suite.file === undefined) return;
      const file = relative(process.cwd(), suite.file);
      files[file] = (files[file] ?? 0) + performance.now() - began;
    });
    runner.on("test end", (test) => tests.push({ title: test.fullTitle(), ms: test.duration ?? 0 }));
    runner.on("fail", (test) => failures.push(test.fullTitle()));
    runner.once("end", () => {
      const { passes, failures: failed, pending } = this.stats;
      const numbers = { passed: passes, failed, skipped: pending };
      writeFileSync(options.reporterOptions.output, JSON.stringify({ numbers, failures, files, tests }));
    });
  }
};
