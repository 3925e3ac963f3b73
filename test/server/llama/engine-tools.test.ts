import { expect } from "chai";
import type { GenerationRequest, Message } from "../../../src/server/engine/request.js";
import { joinPieces } from "../../../src/server/engine/result.js";
import { callingScript, switchTool, weatherTool } from "../../support/calling-scripts.js";
import { type ChildRequest, EngineChild } from "../../support/engine-child.js";
import { rawRequest } from "../../support/requests.js";
import { writeScriptedModel } from "../../support/scripted-model.js";
import { temporaryFolder } from "../../support/temp-folder.js";

const tools = [weatherTool, switchTool];
const question: Message = { role: "user", content: "How warm is it?" };
const city = 'Zürich "1" 🦙';
const given = { city, days: 3 };
const json = JSON.stringify(given);
const turn = "<|im_end|>";

interface Family {
  readonly template: string;
  /** What the model says. */
  readonly says: string;
  readonly control?: readonly string[];
  readonly userDefined?: readonly string[];
  readonly end?: string;
  readonly content?: string;
  readonly thought?: string;
}

const families: readonly Family[] = [
  {
    template: "Qwen-Qwen2.5-7B-Instruct",
    says: `Let me see.\n\n<tool_call>\n{"name": "get_weather", "arguments": ${json}}\n</tool_call>`,
    userDefined: ["<tool_call>", "</tool_call>"],
    content: "Let me see.",
  },
  {
    template: "Qwen-Qwen3-0.6B",
    says: `<think>\nA <tool_call> it is\n</think>\n\n<tool_call>\n{"name": "get_weather", "arguments": ${json}}\n</tool_call>`,
    userDefined: ["<think>", "</think>"],
    thought: "A <tool_call> it is",
  },
  {
    template: "NousResearch-Hermes-3-Llama-3.1-8B-tool_use",
    says: `<tool_call>\n{"name":"get_weather","arguments":${json}}\n</tool_call>`,
  },
  {
    template: "meta-llama-Llama-3.2-3B-Instruct",
    says: `{"name": "get_weather", "parameters": ${json}}`,
    end: "<|eot_id|>",
  },
  {
    template: "meta-llama-Llama-3.1-8B-Instruct",
    says: `<|python_tag|>{"name": "get_weather", "parameters": ${json}}`,
    control: ["<|python_tag|>"],
    end: "<|eom_id|>",
  },
  {
    template: "mistralai-Mistral-Nemo-Instruct-2407",
    says: `[TOOL_CALLS][{"name": "get_weather", "arguments": ${json}}]`,
    control: ["[TOOL_CALLS]"],
    end: "</s>",
  },
  {
    template: "unsloth-mistral-Devstral-Small-2507",
    says: `[TOOL_CALLS]get_weather[ARGS]${json}`,
    control: ["[TOOL_CALLS]", "[ARGS]"],
    end: "</s>",
  },
  {
    template: "google-gemma-4-31B-it",
    says: `<|tool_call>call:get_weather{city:<|"|>Zürich "1" 🦙<|"|>,days:3}<tool_call|>`,
    // llama.cpp lets it end an answer
    control: ["<|tool_call>", "<tool_call|>", "<|tool_response>"],
    end: "<turn|>",
  },
  {
    template: "openai-gpt-oss-120b",
    says:
      "<|channel|>analysis<|message|>Need weather<|end|><|start|>assistant<|channel|>commentary to=functions.get_weather" +
      ` <|constrain|>json<|message|>${json}`,
    thought: "Need weather",
    end: "<|call|>",
  },
  {
    template: "llama-cpp-deepseek-r1",
    thought: "Hm",
    says: `Hm</think><｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>get_weather\n\`\`\`json\n${json}\n\`\`\`<｜tool▁call▁end｜><｜tool▁calls▁end｜>`,
    control: [
      "<｜tool▁calls▁begin｜>",
      "<｜tool▁call▁begin｜>",
      "<｜tool▁sep｜>",
      "<｜tool▁call▁end｜>",
      "<｜tool▁calls▁end｜>",
    ],
  },
  {
    template: "deepseek-ai-DeepSeek-V3.1",
    thought: "Hm",
    says: `Hm</think><｜tool▁calls▁begin｜><｜tool▁call▁begin｜>get_weather<｜tool▁sep｜>${json}<｜tool▁call▁end｜><｜tool▁calls▁end｜>`,
    control: [
      "<｜tool▁calls▁begin｜>",
      "<｜tool▁call▁begin｜>",
      "<｜tool▁sep｜>",
      "<｜tool▁call▁end｜>",
      "<｜tool▁calls▁end｜>",
    ],
  },
  {
    template: "CohereForAI-c4ai-command-r7b-12-2024-tool_use",
    says:
      "<|START_THINKING|>I will look<|END_THINKING|>" +
      `<|START_ACTION|>[\n    {"tool_call_id": "0", "tool_name": "get_weather", "parameters": ${json}}\n]<|END_ACTION|>`,
    control: ["<|START_THINKING|>", "<|END_THINKING|>", "<|START_ACTION|>", "<|END_ACTION|>", "<|START_RESPONSE|>"],
    end: "<|END_OF_TURN_TOKEN|>",
    thought: "I will look",
  },
  {
    template: "Qwen3-Coder",
    says: `<tool_call>\n<function=get_weather>\n<parameter=city>\n${city}\n</parameter>\n<parameter=days>\n3\n</parameter>\n</function>\n</tool_call>`,
  },
  {
    template: "GLM-4.7-Flash",
    thought: "Hm",
    says: `Hm</think><tool_call>get_weather<arg_key>city</arg_key><arg_value>${city}</arg_value><arg_key>days</arg_key><arg_value>3</arg_value></tool_call>`,
  },
  {
    template: "moonshotai-Kimi-K2",
    says: `<|tool_calls_section_begin|><|tool_call_begin|>functions.get_weather:0<|tool_call_argument_begin|>${json}<|tool_call_end|><|tool_calls_section_end|>`,
    control: [
      ...["<|tool_calls_section_begin|>", "<|tool_call_begin|>", "<|tool_call_argument_begin|>"],
      ...["<|tool_call_end|>", "<|tool_calls_section_end|>"],
    ],
  },
];

const ask = (child: EngineChild, over: Partial<GenerationRequest> = {}): Promise<ChildRequest> => {
  const input = { kind: "chat", messages: [question] } as const;
  return child.run(rawRequest("", { input, maxTokens: 300, tools, ...over }));
};

async function load({ template, says, control, userDefined, end = turn }: Family): Promise<EngineChild> {
  const special = { ...(control && { control }), ...(userDefined && { userDefined }) };
  const script = callingScript(template, says, { ...special, end });
  const modelPath = await writeScriptedModel(temporaryFolder(), template, script);
  return EngineChild.load({ modelPath, slots: 1, context: 8192 });
}

for (const family of families) {
  describe(`an engine whose model calls tools as ${family.template} does`, function () {
    this.timeout(120_000);
    let child: EngineChild;
    before(async () => {
      child = await load(family);
    });
    after(() => child.end());

    it("gives the call, and what was said and thought before it", async () => {
      const run = await ask(child);
      const { text, reasoning, toolCalls } = joinPieces(run.pieces);
      expect([text, reasoning], JSON.stringify(run.failed)).to.deep.equal([
        family.content ?? "",
        family.thought ?? null,
      ]);
      expect(toolCalls, JSON.stringify(run.finished)).to.have.length(1);
      expect([toolCalls[0]?.name, JSON.parse(toolCalls[0]?.arguments ?? "")]).to.deep.equal(["get_weather", given]);
      expect(run.finished).to.include({ reason: "toolCalls" });
    });

    it("calls another tool where it has to, behind its thought", async () => {
      const run = await ask(child, { toolChoice: { name: "switch" } });
      const { text, reasoning, toolCalls } = joinPieces(run.pieces);
      expect([text, reasoning], JSON.stringify(run)).to.deep.equal(["", family.thought ?? null]);
      expect(toolCalls.map(({ name }) => name)).to.deep.equal(["switch"]);
      expect(JSON.parse(toolCalls[0]?.arguments ?? "").to).to.be.oneOf(["on", "off"]);
      expect(run.finished).to.include({ reason: "toolCalls" });
    });
  });
}
