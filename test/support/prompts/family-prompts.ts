/** The prompts of families through the door of a server with the real engine, beside what they should be. */
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { familyModel } from "../../../scripts/models/families/family-model.js";
import { llamaSource } from "../../../scripts/models/families/llama-source.js";
import { type RealServer, startRealServer } from "../real-server.js";
import { judgePrompt } from "./judge-prompt.js";
import { promptReferences, type ReferenceFamily } from "./prompt-references.js";

/** Kept between runs: a model takes half a second to make. */
const folder = fileURLToPath(new URL("../../../.locallab/families/", import.meta.url));

/** A test for each family, over one server. */
export function itWritesPromptsOf(families: readonly string[]): void {
  let lab: RealServer;
  before(async function () {
    this.timeout(300_000);
    for (const family of families) familyModel(llamaSource(), folder, family);
    lab = await startRealServer({ model: "none", modelsDir: folder, context: 512, slots: 1 });
  });
  after(() => lab.stop());

  for (const family of families) {
    it(`are those of ${family}, token for token`, async function () {
      this.timeout(120_000);
      const reference = promptReferences.families[family] as ReferenceFamily;
      expect(await wrongPrompts(lab, family, reference)).to.deep.equal([]);
      await lab.post("/models/unload", { model_id: family });
    });
  }
}

/** A sentence for each conversation whose prompt is wrong. */
export async function wrongPrompts(lab: RealServer, modelId: string, reference: ReferenceFamily): Promise<string[]> {
  const wrong: string[] = [];
  for (const [name, messages] of Object.entries(promptReferences.conversations)) {
    const { status, json } = await lab.post("/apply-template", { model_id: modelId, messages });
    const report = judgePrompt({ status, ...(json as object) }, reference.cases[name] ?? { right: [] }, reference);
    if (report !== undefined) wrong.push(`${name}: ${report}`);
  }
  return wrong;
}
