import { expect } from "chai";
import type { GenerationRequest, Message, Tool } from "../../../src/server/engine/request.js";
import { joinPieces } from "../../../src/server/engine/result.js";
import { compileSchema } from "../../../src/server/grammar/compile-schema.js";
import { EngineChild } from "../../support/engine-child.js";
import { rawRequest } from "../../support/requests.js";
import { isStarterModelSkipped, starterModelPath } from "../../support/starter-model.js";

const parameters = {
  type: "object",
  properties: {
    city: { type: "string", minLength: 1, maxLength: 20 },
    days: { type: "integer", minimum: 1, maximum: 14 },
    parts: { type: "array", items: { enum: ["sun", "rain", "wind"] }, maxItems: 3 },
  },
  required: ["city", "days"],
  additionalProperties: false,
} as const;
const forecast: Tool = {
  name: "forecast",
  description: "Tells the weather of the days that come.",
  parameters,
  grammar: compileSchema(parameters).grammar,
};
const question: Message = { role: "user", content: "What will the weather in Bern be like in the next three days?" };

/** Whether these are arguments as the schema has them. */
function obeys(json: string): boolean {
  const { city, days, parts = [], ...others } = JSON.parse(json);
  const isFine = typeof city === "string" && city.length >= 1 && [...city].length <= 20 && Number.isInteger(days);
  const known = ["sun", "rain", "wind"];
  return (
    isFine &&
    days >= 1 &&
    days <= 14 &&
    parts.length <= 3 &&
    parts.every((part: string) => known.includes(part)) &&
    Object.keys(others).length === 0
  );
}

describe("a real model that has never seen tools", function () {
  this.timeout(600_000);
  let child: EngineChild;
  before(async function () {
    if (isStarterModelSkipped()) this.skip();
    child = await EngineChild.load({ modelPath: await starterModelPath(), slots: 1, context: 2048 });
  });
  after(() => child?.end());
  const ask = (over: Partial<GenerationRequest>): GenerationRequest =>
    rawRequest("", {
      ...{ input: { kind: "chat", messages: [question] }, maxTokens: 200, tools: [forecast] },
      ...{ toolChoice: "required", parallelToolCalls: false, temperature: 1, ...over },
    });

  it("calls what it has to with arguments that obey the schema, whatever it draws", async () => {
    for (let seed = 1; seed <= 8; seed += 1) {
      const run = await child.run(ask({ seed }));
      const { text, toolCalls } = joinPieces(run.pieces);
      expect([text, run.finished?.reason], run.failed?.message).to.deep.equal(["", "toolCalls"]);
      expect(toolCalls.map(({ name }) => name)).to.deep.equal(["forecast"]);
      expect(obeys(toolCalls[0]?.arguments ?? ""), toolCalls[0]?.arguments).to.equal(true);
      expect(run.finished?.warnings?.join()).to.include("knows no tools");
    }
  });

  it("goes on after the result of its call", async () => {
    const toolCalls = [{ id: "call_1", name: "forecast", arguments: '{"city": "Bern", "days": 3}' }];
    const messages: Message[] = [
      question,
      { role: "assistant", content: "", toolCalls },
      { role: "tool", content: "Sun on all days.", toolCallId: "call_1" },
    ];
    const run = await child.run(
      ask({ input: { kind: "chat", messages }, toolChoice: "none", temperature: 0, maxTokens: 40 }),
    );
    expect(run.failed).to.equal(null);
    expect(joinPieces(run.pieces).text.trim()).to.not.equal("");
  });
});
