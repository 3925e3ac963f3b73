import { join } from "node:path";
import { expect } from "chai";
import { sampleFile } from "../../../src/server/models/sample/sample-file.js";
import { sampleTables } from "../../../src/server/models/sample/sample-language.js";
import { EngineChild } from "../../support/engine-child.js";
import { rawRequest } from "../../support/requests.js";
import { temporaryFolder } from "../../support/temp-folder.js";

describe("an engine with a model whose file says how to choose tokens", () => {
  let child: EngineChild;

  before(async () => {
    const path = join(temporaryFolder(), "greedy.gguf");
    await sampleFile("greedy", sampleTables("sample"))
      .f32("general.sampling.temp", 0)
      .u32("general.sampling.top_k", 20)
      .write(path);
    child = await EngineChild.load({ modelPath: path, slots: 1, context: 512 });
  });
  after(() => child.end());

  /** Texts of three seeds at a temperature at which no two are alike. */
  const texts = async (open: readonly "temperature"[]): Promise<Set<string>> => {
    const said = new Set<string>();
    for (const seed of [1, 2, 3]) {
      const request = { ...rawRequest("The", { maxTokens: 30, temperature: 2, seed }), open };
      said.add((await child.run(request)).text);
    }
    return said;
  };

  it("does what it says where the request leaves it open, and what the request says otherwise", async () => {
    expect((await texts(["temperature"])).size).to.equal(1);
    expect((await texts([])).size).to.equal(3);
  });
});
