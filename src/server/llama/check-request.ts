import type { NumberField } from "../engine/field-kinds.js";
import { generationFields, numberFields } from "../engine/fields.js";
import type { GenerationRequest } from "../engine/request.js";
import { RequestRefused } from "./request-refused.js";

/**
 * Refuses with `invalid_request` whatever native code would misread: it checks nothing itself. `tokens`: how many the
 * vocabulary has.
 */
export function checkRequest(request: GenerationRequest, tokens: number = Number.POSITIVE_INFINITY): void {
  // time never reaches native code
  for (const [name, field] of numberFields) if (field.unit !== "seconds") checkNumber(name, request[name], field);
  const { logprobs, logitBias, grammar, ignoreEos, stop, input } = request;
  if (logprobs !== undefined) checkNumber("logprobs", logprobs, { ...generationFields.logprobs, kind: "whole" });
  if (ignoreEos !== undefined && typeof ignoreEos !== "boolean") throw refused(`ignoreEos is ${String(ignoreEos)}.`);
  checkBiases(logitBias, tokens);
  const texts = input.kind === "prompt" ? [input.text] : input.messages.map((message) => message.content);
  for (const text of [...texts, ...stop, ...(grammar === undefined ? [] : [grammar])]) {
    if (typeof text !== "string") throw refused(`A text is ${typeof text}, not a string.`);
  }
}

function checkBiases(biases: GenerationRequest["logitBias"], tokens: number): void {
  if (biases === undefined) return;
  const { least, most, mostEntries } = generationFields.logitBias;
  if (!Array.isArray(biases) || biases.length > mostEntries) {
    throw refused(`logitBias must be a list of at most ${mostEntries} pairs.`);
  }
  for (const [token, bias] of biases as NonNullable<GenerationRequest["logitBias"]>) {
    if (!Number.isInteger(token) || token < 0 || token >= tokens) {
      throw refused(`logit_bias names the token ${String(token)}, and this model's are 0 to ${tokens - 1}.`);
    }
    checkNumber("logitBias", bias, { kind: "number", least, most });
  }
}

const refused = (message: string): RequestRefused => new RequestRefused("invalid_request", message);

type Range = Pick<NumberField, "kind" | "least" | "most">;

function checkNumber(name: string, value: unknown, { kind, least, most }: Range): void {
  const isWhole = kind === "whole";
  const isFine = typeof value === "number" && value >= least && value <= most && (!isWhole || Number.isInteger(value));
  if (isFine) return;
  const wanted = `${isWhole ? "a whole number" : "a number"} from ${least} to ${most}`;
  throw refused(`${name} is ${String(value)}; it must be ${wanted}.`);
}
