/** From checked fields to the one form of request that an engine takes, whichever API they came from. */
import { generationNumbers } from "../engine/fields.js";
import type { GenerationRequest } from "../engine/request.js";
import { LabError } from "../errors.js";
import type { CallOptions } from "./generation-call.js";
import type { FilledOptions } from "./generation-options.js";
import { grammarOf } from "./grammar-of.js";
import { type Fields, unknownWarning } from "./read-fields.js";

/** The request that the options and the input make. */
export function resolve(filled: FilledOptions, fields: Fields, input: GenerationRequest["input"]): GenerationRequest {
  const values: Readonly<Record<string, unknown>> = filled.do_sample ? filled : { ...filled, temperature: 0 };
  // whoever names a seed wants to see the same again
  const exact = filled.exact || (fields.values.seed ?? null) !== null;
  // a text that is continued has no turns, so nothing tells thought from answer
  const reasoning = input.kind === "prompt" ? "inline" : filled.reasoning;
  refuseUnreachable(filled, fields);
  return {
    input,
    ...generationNumbers((wire) => values[wire] as number),
    stop: filled.stop,
    exact,
    ...(filled.exact && { exactAsked: true }),
    parseSpecial: filled.parse_special,
    templateKwargs: filled.chat_template_kwargs ?? undefined,
    reasoning,
    reasoningBudget: filled.reasoning_budget,
    ...(filled.ignore_eos && { ignoreEos: true }),
    ...(filled.logit_bias !== null && { logitBias: filled.logit_bias }),
    ...grammarIn(filled, fields),
    ...(filled.logprobs !== null && { logprobs: filled.logprobs }),
  };
}

/** An answer cannot be longer than its limit. */
function refuseUnreachable({ min_tokens: least, max_length: most }: FilledOptions, { sentAs }: Fields): void {
  if (least <= most) return;
  const [leastName, mostName] = [sentAs.get("min_tokens") ?? "min_tokens", sentAs.get("max_length") ?? "max_length"];
  throw new LabError("invalid_request", `${leastName} is ${least}. It must be at most ${mostName}, which is ${most}.`, {
    param: leastName,
  });
}

/** The grammar that the answer obeys: one that was sent, or that of a schema. */
function grammarIn(
  { grammar, json_schema: schema }: FilledOptions,
  fields: Fields,
): Pick<GenerationRequest, "grammar"> {
  if (schema === null) return grammar === null ? {} : { grammar };
  const param = fields.sentAs.get("json_schema") ?? "json_schema";
  if (grammar !== null) {
    throw new LabError("invalid_request", `grammar and ${param} both say what the answer obeys. Send one of them.`, {
      param,
    });
  }
  return { grammar: grammarOf(schema, param) };
}

/** Options that only a conversation has a use for, and what is said of them where there is none. */
const ofConversations = {
  reasoning_budget: "reasoning_budget is ignored where a text is continued: it needs /chat, or system_prompt.",
  chat_template_kwargs:
    "chat_template_kwargs is ignored: a raw prompt has no template. Send system_prompt, or use /chat.",
} as const;

type Strictness = Pick<FilledOptions, "strict">;

/** What is to be said of fields that have no effect; refuses with `strict` whatever would be. */
export function fieldWarnings(filled: Strictness, { unknown, remarks }: Fields): string[] {
  const warning = unknownWarning(unknown);
  if (warning !== undefined) refuseIfStrict(filled, warning, unknown[0] ?? "");
  const [remark] = remarks;
  if (remark !== undefined) refuseIfStrict(filled, remark.sentence, remark.param);
  return [...(warning === undefined ? [] : [warning]), ...remarks.map(({ sentence }) => sentence)];
}

/** What stands beside the request; refuses with `strict` whatever would be a warning. */
export function callOptions(filled: FilledOptions, fields: Fields, input?: GenerationRequest["input"]): CallOptions {
  const warnings = fieldWarnings(filled, fields);
  for (const [name, ignored] of Object.entries(ofConversations)) {
    if (input?.kind !== "prompt" || filled[name as keyof typeof ofConversations] === null) continue;
    refuseIfStrict(filled, ignored, fields.sentAs.get(name) ?? name);
    warnings.push(ignored);
  }
  return {
    modelId: filled.model_id ?? undefined,
    strict: filled.strict,
    lengthGiven: (fields.values.max_length ?? null) !== null,
    warnings,
    ...grammarFrom(filled, fields),
  };
}

function grammarFrom({ grammar, json_schema }: FilledOptions, { sentAs }: Fields): Pick<CallOptions, "grammarFrom"> {
  const name = grammar !== null ? "grammar" : json_schema !== null ? "json_schema" : null;
  if (name === null) return {};
  return { grammarFrom: { param: sentAs.get(name) ?? name, isOwn: name === "json_schema" } };
}

/** With `strict`, what would be a warning is an error that names `param`. */
export function refuseIfStrict({ strict }: Strictness, warning: string, param: string): void {
  if (!strict) return;
  throw new LabError("invalid_request", `${warning} Leave them out, or send strict: false.`, { param });
}
