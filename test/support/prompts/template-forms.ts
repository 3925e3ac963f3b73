/** The form of calls of each template in llama.cpp's source that has one, read off it as a server reads it. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { llamaSource } from "../../../scripts/models/families/llama-source.js";
import type { ToolSupport } from "../../../src/server/prompts/calls/tool-support.js";
import { ChatPrompts } from "../../../src/server/prompts/chat-prompts.js";

/** What ends an answer, and what stands around thoughts, in the vocabularies of these templates. */
const hints = {
  ends: ["<eos>", "<|eom_id|>", "<|eot_id|>", "<|call|>", "<|im_end|>", "<|end|>", "<|tool_response>", "<SPECIAL_12>"],
  thoughts: [
    "<think>",
    "</think>",
    "<|START_THINKING|>",
    "<|END_THINKING|>",
    "<think:opensource>",
    "</think:opensource>",
  ],
};

let known: ReadonlyMap<string, ToolSupport> | undefined;

/** By the template's name. Takes some seconds, the first time. */
export function templateSupport(): ReadonlyMap<string, ToolSupport> {
  known ??= readSupport();
  return known;
}

function readSupport(): ReadonlyMap<string, ToolSupport> {
  const folder = join(llamaSource(), "models", "templates");
  const names = readdirSync(folder).filter((name) => name.endsWith(".jinja"));
  return new Map(
    names.map((name) => {
      const source = readFileSync(join(folder, name), "utf8");
      const prompts = new ChatPrompts(source, { bos: "<bos>", eos: "<eos>" });
      prompts.hintTools(hints);
      return [name, prompts.tools()];
    }),
  );
}
