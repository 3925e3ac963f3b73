/** Mocha's spec output on the screen and, in the file named by the option `output`, the numbers for whoever ran it. */
// CommonJS: mocha gets its reporters by require()
const { writeFileSync } = require("node:fs");
const { reporters } = require("mocha");

module.exports = class TestReporter extends reporters.Spec {
  /**
   * @param {Mocha.Runner} runner
   * @param {Mocha.MochaOptions} options
   */
  constructor(runner, options) {
    super(runner, options);
    runner.once("end", () => {
      const { passes, failures, pending } = this.stats;
      const numbers = { passed: passes, failed: failures, skipped: pending };
      writeFileSync(options.reporterOptions.output, JSON.stringify(numbers));
    });
  }
};
