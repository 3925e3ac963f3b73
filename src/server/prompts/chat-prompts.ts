/**
 * Conversations as a model's own template writes them.
 *
 * What a template can do is found out by asking it, once: names of models decide nothing.
 */
import type { Message, Tool } from "../engine/request.js";
import { tellTools } from "./calls/tell-tools.js";
import { findToolSupport, type ToolSupport, toolDefinition } from "./calls/tool-support.js";
import { ChatTemplate, longestTrialMs, TemplateFailure, TemplateTooSlow, type Variables } from "./chat-template.js";
import { closeThought } from "./close-thought.js";
import { endMark, type Guard } from "./guard.js";
import { joinNeighbours, systemIntoUser } from "./reshape-messages.js";
import { strftime, TemplateRefusal } from "./template-globals.js";
import { type CallShape, guardedMessage, type TemplateMessage, templateMessage } from "./template-message.js";

/** Any text that no template has. */
const probe = "Qx7zK";

/**
 * What templates expect of `tools` when there are none. Hugging Face passes none; some templates only work with an
 * empty list, and one wants `functions` as a text.
 */
const toolForms: readonly Variables[] = [
  { tools: null },
  { tools: [] },
  { tools: null, functions: "" },
  { tools: [], functions: "" },
];

/** What a template makes of instructions. */
type SystemRole = "shown" | "dropped" | "refused";

export interface TemplateTokens {
  /** Texts of the tokens that begin and end a text; "" where there is none. */
  readonly bos: string;
  readonly eos: string;
}

/** A conversation and what else the template may read. */
export interface Conversation {
  readonly messages: readonly Message[];
  readonly kwargs?: Variables | undefined;
  /** What the model may call; default nothing. */
  readonly tools?: readonly Omit<Tool, "grammar">[] | undefined;
}

/** What else is known of the model that bears on tools. */
export interface ToolHints {
  /** Texts of the tokens that end an answer. */
  readonly ends: readonly string[];
  /** Texts that begin or end a thought. */
  readonly thoughts: readonly string[];
}

/** Calls of a conversation in which no tools are offered. */
const plainShape: CallShape = { arguments: "object", idLetters: 24 };

export class ChatPrompts {
  /** The source of the template. */
  readonly source: string;
  readonly #template: ChatTemplate;
  readonly #tokens: TemplateTokens;
  readonly #now: () => Date;
  readonly #toolForm: Variables;
  readonly #system: SystemRole;
  #hints: ToolHints;
  #support: ToolSupport | undefined;

  /** Throws `TemplateFailure` for a template that cannot render a first message. */
  constructor(source: string, tokens: TemplateTokens, now: () => Date = () => new Date()) {
    this.source = source;
    this.#template = new ChatTemplate(source, now);
    this.#tokens = tokens;
    this.#hints = { ends: [tokens.eos].filter((text) => text !== ""), thoughts: [] };
    this.#now = now;
    this.#toolForm = this.#findToolForm();
    this.#system = this.#findSystemRole();
  }

  /**
   * The prompt, with the marks of the guard in it. Throws `TemplateRefusal` or `TemplateFailure`.
   *
   * Neighbours of one role are joined only when the template refuses the conversation as it is. A last turn of the
   * model is continued.
   */
  render({ messages, kwargs = {}, tools = [] }: Conversation, guard: Guard): string {
    const guarded = namedResults(messages).map((message) => guardedMessage(message, guard));
    const definitions = guard.markValue(tools.map(toolDefinition)) as object[];
    const usesTools =
      tools.length > 0 || messages.some(({ role, toolCalls = [] }) => role === "tool" || toolCalls.length > 0);
    const support = usesTools ? this.tools() : undefined;
    const told = support === undefined ? guarded : tellTools(guarded, definitions, support);
    const shown = this.#system === "shown" ? told : systemIntoUser(told, this.#system === "refused");
    const turns = shown.map((message) => templateMessage(message, support?.shape ?? plainShape));
    const more = guard.markValue(kwargs) as Variables;
    const offered = tools.length === 0 ? undefined : support?.variables?.(definitions);
    const all = offered === undefined ? more : { ...more, ...offered };
    try {
      return this.#turns(turns, all);
    } catch (error) {
      const joined = joinNeighbours(turns);
      if (!(error instanceof TemplateRefusal) || joined.length === turns.length) throw error;
      return this.#turns(joined, all, error);
    }
  }

  /** Tells what else is known of the model; default: the token that ends texts, and no thoughts. */
  hintTools(hints: ToolHints): void {
    this.#hints = hints;
    this.#support = undefined;
  }

  /** What the template can do with tools; found out when it is first asked for. */
  tools(): ToolSupport {
    this.#support ??= findToolSupport({
      template: this.source,
      ...this.#hints,
      render: (messages, variables) => {
        try {
          return this.#template.render(this.#variables(messages, false, variables, this.#toolForm), longestTrialMs);
        } catch {
          return null;
        }
      },
    });
    return this.#support;
  }

  /** A whole conversation as the template writes it, nothing guarded and nothing begun; null where it fails. */
  shown(messages: readonly Message[]): string | null {
    try {
      return this.#run(
        messages.map((message) => templateMessage(message, plainShape)),
        false,
        {},
      );
    } catch {
      return null;
    }
  }

  /** True where a first message is not in the prompt, in letters of any case. A refused one is no sign of that. */
  isDeaf(): boolean {
    try {
      const prompt = this.#try([{ role: "user", content: probe }], this.#toolForm);
      return !prompt.toLowerCase().includes(probe.toLowerCase());
    } catch (error) {
      if (error instanceof TemplateRefusal) return false;
      throw error;
    }
  }

  #turns(messages: readonly TemplateMessage[], kwargs: Variables, refusal?: TemplateRefusal): string {
    const last = messages.at(-1);
    try {
      if (last?.role !== "assistant") return this.#run(messages, true, kwargs);
      const before = messages.slice(0, -1);
      const marked = { ...last, content: last.content + endMark };
      const text = this.#run([...before, marked], false, kwargs);
      const end = text.indexOf(endMark);
      if (end >= 0) return closeThought(text.slice(0, end), last.content);
      // the template does not show a last turn of the model
      return this.#run(before, true, kwargs) + last.content;
    } catch (error) {
      throw error instanceof TemplateRefusal ? (refusal ?? error) : error;
    }
  }

  #run(messages: readonly TemplateMessage[], addsPrompt: boolean, kwargs: Variables): string {
    return this.#template.render(this.#variables(messages, addsPrompt, kwargs, this.#toolForm));
  }

  #try(messages: readonly TemplateMessage[], form: Variables): string {
    return this.#template.render(this.#variables(messages, true, {}, form), longestTrialMs);
  }

  #variables(messages: readonly TemplateMessage[], addsPrompt: boolean, kwargs: Variables, form: Variables): Variables {
    const now = this.#now();
    return {
      enable_thinking: true,
      date_string: strftime(now, "%d %b %Y"),
      datetime: strftime(now, "%b %d %Y"),
      ...form,
      ...kwargs,
      messages,
      add_generation_prompt: addsPrompt,
      bos_token: this.#tokens.bos,
      eos_token: this.#tokens.eos,
    };
  }

  /** The first form with which the template does not fail. Throws the failure with the first form where all fail. */
  #findToolForm(): Variables {
    let first: unknown;
    for (const form of toolForms) {
      try {
        this.#try([hello], form);
        return form;
      } catch (error) {
        if (error instanceof TemplateRefusal) return form;
        if (error instanceof TemplateTooSlow) throw error;
        first ??= error;
      }
    }
    throw first instanceof Error ? first : new TemplateFailure("it does not work");
  }

  #findSystemRole(): SystemRole {
    try {
      return this.#try([{ role: "system", content: probe }, hello], this.#toolForm).includes(probe)
        ? "shown"
        : "dropped";
    } catch {
      return "refused";
    }
  }
}

/** Results with the name of their tool, which some templates want, where only the call's id says it. */
function namedResults(messages: readonly Message[]): readonly Message[] {
  const names = new Map(messages.flatMap(({ toolCalls = [] }) => toolCalls.map(({ id, name }) => [id, name] as const)));
  return messages.map((message) => {
    const name = message.toolName ?? names.get(message.toolCallId ?? "");
    return message.role !== "tool" || name === undefined ? message : { ...message, toolName: name };
  });
}

const hello: Message = { role: "user", content: "Hi" };
