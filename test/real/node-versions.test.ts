import { expect } from "chai";
import { ensureBuild } from "../../scripts/bench/ensure-build.js";
import { LabProcess } from "../../scripts/bench/lab-process.js";
import { measureStream } from "../../scripts/bench/measure-stream.js";
import { otherNodes } from "./other-nodes.js";

describe("other versions of Node", function () {
  this.timeout(180_000);
  const nodes = otherNodes();

  before(async () => {
    await ensureBuild(new AbortController().signal);
  });

  it("are on this machine", function () {
    if (nodes.length > 0) return;
    console.log("      none found: name some in LOCALLAB_TEST_NODES, paths separated by commas");
    this.skip();
  });

  for (const { path, version } of nodes) {
    it(`run the server and its engine: ${version}`, async () => {
      const settings = { model: "sample", modelsDir: null, slots: 1, context: 512, prefillChunk: 128, node: path };
      const lab = new LabProcess(settings, new AbortController().signal);
      try {
        const { usage } = await measureStream(await lab.ready(), "The sea", 8);
        expect(usage.completionTokens).to.be.within(1, 8);
      } finally {
        await lab.stop();
      }
    });
  }
});
