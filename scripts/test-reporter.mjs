/** Mocha's spec output on the screen and, in the file named by the option `output`, the numbers for whoever ran it. */
import { writeFileSync } from "node:fs";
import Mocha from "mocha";

export default class TestReporter extends Mocha.reporters.Spec {
  /**
   * @param {Mocha.Runner} runner
   * @param {Mocha.MochaOptions} options
   */
  constructor(runner, options) {
    super(runner, options);
    runner.once("end", () => {
      const { passes, failures, pending } = this.stats;
      writeFileSync(
        options.reporterOptions.output,
        JSON.stringify({ passed: passes, failed: failures, skipped: pending }),
      );
    });
  }
}
