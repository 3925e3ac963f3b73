import type { GrammarToCheck } from "../engine/local/grammar-gate.js";
import type { GenerationRequest } from "../engine/request.js";
import type { CallOptions } from "../schema/generation-call.js";
import type { HttpServices } from "./http-services.js";

type Asking = Partial<CallOptions> & {
  readonly request?: GenerationRequest;
  readonly requests?: readonly GenerationRequest[];
};

/**
 * Resolves when engines may have the grammars of a call: its own, and those of its tools. What is no call for text has none.
 * Refuses as `GrammarGate.check` does.
 */
export async function checkGrammars({ grammarGate }: HttpServices, call: unknown): Promise<void> {
  if (grammarGate === undefined || typeof call !== "object" || call === null) return;
  for (const grammar of grammarsIn(call)) await grammarGate.check(grammar);
}

function grammarsIn({ request, requests, grammarFrom }: Asking): GrammarToCheck[] {
  // all requests of a call have the same ones
  const { grammar, tools = [] } = request ?? requests?.[0] ?? {};
  const ofTools = tools.map((tool) => ({ gbnf: tool.grammar, param: "tools", isOwn: true }));
  if (grammar === undefined) return ofTools;
  return [{ gbnf: grammar, ...(grammarFrom ?? { param: "grammar" }) }, ...ofTools];
}
