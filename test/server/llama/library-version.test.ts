/** The inner workings of node-llama-cpp that this room relies on are those that were read when it was written. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect } from "chai";
import { getModuleVersion } from "node-llama-cpp";
import { writtenFor } from "../../../src/server/llama/native-context.js";

const folder = "node_modules/node-llama-cpp";
const page = 'docs/dependencies.md, "Where more is used than is promised", says what to read and to run';

/** What was read, and the beginning of its SHA-256. */
const read: Readonly<Record<string, string>> = {
  "dist/evaluator/LlamaContext/LlamaContext.js": "32ffecb04387909e",
  "llama/addon/AddonContext.cpp": "ef154d783ab13970",
  "llama/addon/AddonSampler.cpp": "837b9568146240e1",
  "dist/evaluator/LlamaModel/LlamaModel.js": "1817cc1e86d41cef",
  "dist/gguf/fileReaders/GgufFsFileReader.js": "c183cda5fa2b1a2b",
  "dist/gguf/insights/GgufInsights.js": "d5a8783f2f213eea",
  "dist/gguf/parser/GgufV2Parser.js": "9721245213be1950",
  "llama/addon/AddonSampler.h": "99b1b4f1cb48db0a",
};

describe("node-llama-cpp", () => {
  it("is the version that the engine was written for, in package.json as on the disk", async () => {
    const { dependencies } = JSON.parse(readFileSync("package.json", "utf8")) as {
      dependencies: Record<string, string>;
    };
    expect(dependencies["node-llama-cpp"], page).to.equal(writtenFor);
    expect(await getModuleVersion(), page).to.equal(writtenFor);
  });

  for (const [file, hash] of Object.entries(read)) {
    it(`has the ${file} that was read`, () => {
      const now = createHash("sha256")
        .update(readFileSync(`${folder}/${file}`))
        .digest("hex");
      expect(now.slice(0, 16), page).to.equal(hash);
    });
  }
});
