/**
 * What the two front doors export, types too: cells and programs import these names.
 *
 * Proved able to fail: `type Reply` taken out of src/notebook/index.ts failed it.
 */
import { readFileSync } from "node:fs";
import { expect } from "chai";

/** Names a file hands on, in order; "type " before those that are gone after compiling. */
function exportsOf(path: string): string[] {
  const code = readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
  return [...code.matchAll(/^export (type )?\{([^}]*)\}/gm)]
    .flatMap(([, type = "", names = ""]) =>
      names
        .split(",")
        .map((name) => name.trim())
        .filter((name) => name !== "")
        .map((name) => (name.startsWith("type ") ? name : `${type}${name}`)),
    )
    .sort();
}

const ofNotebook = [
  "LabRequestError",
  "connectLab",
  "currentLab",
  "startLab",
  "type Amount",
  "type Answer",
  "type AnswerExtras",
  "type ApiKey",
  "type BatchAnswer",
  "type BatchEntry",
  "type BatchError",
  "type BatchInput",
  "type BatchInputWithOptions",
  "type BatchItem",
  "type BatchOptions",
  "type BatchPrompt",
  "type CalledTool",
  "type ChatMessage",
  "type ChatOptions",
  "type ConnectOptions",
  "type Conversation",
  "type CreatedPass",
  "type CurrentModel",
  "type DescribedSchema",
  "type DoctorReport",
  "type EmbedOptions",
  "type Finding",
  "type FindingState",
  "type FinishReason",
  "type FunctionTool",
  "type GenerateOptions",
  "type Health",
  "type KeptAnswer",
  "type KeptAnswers",
  "type Lab",
  "type LabLog",
  "type LabModels",
  "type LabPasses",
  "type LabRequestErrorDetails",
  "type LoadOptions",
  "type MeasureOptions",
  "type ModelEntry",
  "type ModelList",
  "type ModelState",
  "type Ongoing",
  "type OngoingBatch",
  "type OngoingState",
  "type OpenaiSettings",
  "type OtherSpellings",
  "type Pass",
  "type PassOptions",
  "type PassScope",
  "type PassState",
  "type Publication",
  "type PublicationState",
  "type PublishOptions",
  "type RankedDocument",
  "type Reply",
  "type RequestEntry",
  "type RequestList",
  "type RequestOptions",
  "type RequestState",
  "type RerankOptions",
  "type SamplingOptions",
  "type SchemaOption",
  "type ServerState",
  "type StartOptions",
  "type StopReceipt",
  "type SystemInfo",
  "type TemplateOptions",
  "type Timings",
  "type Token",
  "type TokenList",
  "type TokensOptions",
  "type ToolChoiceOption",
  "type ToolOptions",
  "type UnloadResponse",
  "type Usage",
];

const ofServer = ["LabError", "readSettings", "serve", "type ErrorCode", "type RunningServer", "type Settings"];

describe("the front doors", () => {
  it("a cell gets these names", async () => {
    expect(exportsOf("src/notebook/index.ts")).to.deep.equal(ofNotebook);
    const values = Object.keys(await import("../../src/notebook/index.js")).sort();
    expect(values).to.deep.equal(ofNotebook.filter((name) => !name.startsWith("type ")));
  });

  it("a program gets these names", async () => {
    expect(exportsOf("src/server/index.ts")).to.deep.equal(ofServer);
    const values = Object.keys(await import("../../src/server/index.js")).sort();
    expect(values).to.deep.equal(ofServer.filter((name) => !name.startsWith("type ")));
  });
});
