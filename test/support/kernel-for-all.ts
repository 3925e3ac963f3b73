/** One real kernel for all tests of a block. */
import { after, before } from "mocha";
import { skippedParts } from "../../scripts/setup/skip.mjs";
import { Kernel } from "./kernel.js";

/** Starts it before the first test and hands it over, ends it after the last. Without Jupyter the tests are skipped. */
export function kernelForAll(take: (kernel: Kernel) => void): void {
  let kernel: Kernel | undefined;
  before(async function () {
    if (skippedParts().has("jupyter")) return this.skip();
    kernel = await Kernel.start();
    take(kernel);
  });
  after(() => kernel?.end());
}
