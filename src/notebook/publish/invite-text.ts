/** What to send to a person who gets a pass: everything to begin with, in one text. */
import type { PassEntry } from "../../server/wire/passes.js";
import { isLoopback } from "../client/base-url.js";
import { oneLine } from "../client/clean-text.js";
import { sdkSnippets, someModel } from "../displays/sdk-snippets.js";
import { momentText, wholeText } from "../displays/units.js";

/** The text, `key` in it as it is. */
export function inviteText(pass: PassEntry, url: string, key: string): string {
  const { name, expires_at: end, models } = pass;
  const model = models?.[0] ?? someModel;
  const [typescript, python] = sdkSnippets({ url, needsKey: true, model });
  return [
    `${oneLine(name, 64)}, this is your access to a language model:`,
    "",
    `Address: ${url}/v1`,
    `Key: ${key}`,
    `Model: ${models === null ? "any; GET /v1/models lists them" : models.map((id) => oneLine(id, 120)).join(", ")}`,
    `Good until: ${end === null ? "it is revoked" : momentText(end)}`,
    `Budget: ${budgetText(pass)}`,
    ...(isLoopback(url)
      ? ["This address works on the machine of the lab only: lab.publish() gives one for others."]
      : []),
    "",
    "It speaks the APIs of OpenAI and Anthropic. Put the key into the variable LOCALLAB_API_KEY; then, in Python:",
    "",
    python?.code ?? "",
    "",
    "or in TypeScript:",
    "",
    typescript?.code ?? "",
    "",
  ].join("\n");
}

function budgetText({ max_requests: requests, max_tokens: tokens }: PassEntry): string {
  const amounts = [
    requests !== null && amountText(requests, "request"),
    tokens !== null && amountText(tokens, "token"),
  ].filter(Boolean);
  return amounts.length === 0 ? "no limit" : amounts.join(", ");
}

const amountText = (count: number, one: string): string => `${wholeText(count)} ${count === 1 ? one : `${one}s`}`;
