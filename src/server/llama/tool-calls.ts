import type { Token } from "node-llama-cpp";
import type { GenerationRequest } from "../engine/request.js";
import { textsOf } from "../prompts/calls/call-form.js";
import { callGrammar } from "../prompts/calls/call-grammar.js";
import type { CallSplitterParts } from "../prompts/calls/call-splitter.js";
import { noSupport, type ToolSupport } from "../prompts/calls/tool-support.js";
import type { ChatPrompts, ToolHints } from "../prompts/chat-prompts.js";
import type { ReasoningForm } from "../prompts/reasoning-form.js";
import { hiddenTokens, type Tokens } from "./thoughts.js";

/** How one model calls tools. Found out when a request first has some. */
export class ToolCalls {
  readonly #tokens: Tokens;
  readonly #template: ChatPrompts | undefined;
  #support: ToolSupport | undefined;
  #hidden: ReadonlyMap<Token, string> | undefined;

  /** `template` is undefined where the form of conversations is a guess. */
  constructor(tokens: Tokens, template: ChatPrompts | undefined, hints: ToolHints) {
    this.#tokens = tokens;
    this.#template = template;
    template?.hintTools(hints);
  }

  /** What this request's answer may call, and how; null for nothing. */
  of({ input, tools = [], toolChoice }: GenerationRequest): CallSplitterParts | null {
    if (input.kind === "prompt" || tools.length === 0 || toolChoice === "none") return null;
    return { form: this.#found().form, tools };
  }

  /** Tokens of the form that detokenized text does not show, with what they stand for. */
  get hidden(): ReadonlyMap<Token, string> {
    this.#hidden ??= hiddenTokens(this.#tokens, textsOf(this.#found().form));
    return this.#hidden;
  }

  /** The grammar of the calls that this request may have: of one tool where it names one. `thoughts` is how the model thinks. */
  grammar({ tools = [], toolChoice, parallelToolCalls }: GenerationRequest, thoughts: ReasoningForm | null): string {
    const named = typeof toolChoice === "object" ? toolChoice.name : undefined;
    return callGrammar({
      form: this.#found().form,
      tools: named === undefined ? tools : tools.filter(({ name }) => name === named),
      isSingle: parallelToolCalls === false || named !== undefined,
      bridge: thoughts?.headers?.around?.[1] ?? "",
    });
  }

  /** What a client should know of how its tools were told. */
  warnings(request: GenerationRequest): readonly string[] {
    if (this.of(request) === null || this.#found().variables !== null) return [];
    return [
      "The model's chat template knows no tools, so they were described in the instructions. The model may not have learnt to call any.",
    ];
  }

  #found(): ToolSupport {
    this.#support ??= this.#template?.tools() ?? noSupport;
    return this.#support;
  }
}
