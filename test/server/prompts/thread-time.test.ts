import { expect } from "chai";
import { threadTimeMs } from "../../../src/server/prompts/thread-time.js";

describe("the processor time of a thread", () => {
  it("grows while it works, not while it waits", async function () {
    const began = threadTimeMs();
    if (began === null) this.skip();
    const until = performance.now() + 100;
    while (performance.now() < until);
    const worked = threadTimeMs() as number;
    expect(worked).to.be.greaterThan(began);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect((threadTimeMs() as number) - worked).to.be.below(150);
  });
});
