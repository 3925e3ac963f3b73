/** A process of its own that wants the sample model: `ensure-once.ts FOLDER` prints the path. */
import { ensureSampleModel } from "../../../../src/server/models/sample/sample-models.js";

console.log(await ensureSampleModel("sample", process.argv[2] ?? ""));
