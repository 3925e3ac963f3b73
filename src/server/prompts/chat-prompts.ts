/**
 * Conversations as a model's own template writes them.
 *
 * What a template can do is found out by asking it, once: names of models decide nothing.
 */
import type { Message } from "../engine/request.js";
import { ChatTemplate, longestTrialMs, TemplateFailure, TemplateTooSlow, type Variables } from "./chat-template.js";
import { closeThought } from "./close-thought.js";
import { endMark, type Guard } from "./guard.js";
import { joinNeighbours, systemIntoUser } from "./reshape-messages.js";
import { strftime, TemplateRefusal } from "./template-globals.js";

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

/** A turn as templates read it. */
interface TemplateMessage extends Pick<Message, "role" | "content"> {
  readonly reasoning?: string;
  readonly reasoning_content?: string;
  readonly thinking?: string;
}

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
}

export class ChatPrompts {
  /** The source of the template. */
  readonly source: string;
  readonly #template: ChatTemplate;
  readonly #tokens: TemplateTokens;
  readonly #now: () => Date;
  readonly #toolForm: Variables;
  readonly #system: SystemRole;

  /** Throws `TemplateFailure` for a template that cannot render a first message. */
  constructor(source: string, tokens: TemplateTokens, now: () => Date = () => new Date()) {
    this.source = source;
    this.#template = new ChatTemplate(source, now);
    this.#tokens = tokens;
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
  render({ messages, kwargs = {} }: Conversation, guard: Guard): string {
    const shown = this.#system === "shown" ? messages : systemIntoUser(messages, this.#system === "refused");
    const guarded = shown.map((message) => guardedMessage(message, guard));
    const more = guard.markValue(kwargs) as Variables;
    try {
      return this.#turns(guarded, more);
    } catch (error) {
      const joined = joinNeighbours(guarded);
      if (!(error instanceof TemplateRefusal) || joined.length === guarded.length) throw error;
      return this.#turns(joined, more, error);
    }
  }

  /** A whole conversation as the template writes it, nothing guarded and nothing begun; null where it fails. */
  shown(messages: readonly Message[]): string | null {
    try {
      return this.#run(messages.map(templateMessage), false, {});
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

function guardedMessage({ role, content, reasoning }: Message, guard: Guard): TemplateMessage {
  const writer = role === "assistant" ? "model" : "client";
  return templateMessage({
    role,
    content: guard.mark(content, writer),
    ...(reasoning !== undefined && { reasoning: guard.mark(reasoning, writer) }),
  });
}

/** With the names that templates have for what was thought; each reads its own. */
function templateMessage({ reasoning, ...message }: Message): TemplateMessage {
  if (reasoning === undefined) return message;
  return { ...message, reasoning, reasoning_content: reasoning, thinking: reasoning };
}

const hello: Message = { role: "user", content: "Hi" };
