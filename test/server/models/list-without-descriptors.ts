/** Looks for a model with every descriptor used up, then with some again; prints both. */
import { LabError } from "../../../src/server/errors.js";
import { ModelRegistry } from "../../../src/server/models/model-registry.js";
import { withoutDescriptors } from "../../support/without-descriptors.js";

const [, , folder = ""] = process.argv;
const registry = new ModelRegistry({ modelsDir: folder, cacheDir: folder });
const look = async (): Promise<string> => {
  try {
    return (await registry.find("mine")).id;
  } catch (error) {
    return error instanceof LabError ? error.code : String(error);
  }
};
process.stdout.write(JSON.stringify([await withoutDescriptors(look), await look()]));
