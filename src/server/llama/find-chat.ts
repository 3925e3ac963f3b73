import type { ChatWrapper, LlamaModel } from "node-llama-cpp";
import { messageOf } from "../async/message-of.js";
import { ChatPrompts } from "../prompts/chat-prompts.js";
import { TemplateFailure, TemplateTooSlow } from "../prompts/chat-template.js";
import { GuessedChat } from "./guessed-chat.js";
import type { Chat } from "./prompts.js";
import { TemplateChat } from "./template-chat.js";
import type { Tokenizer } from "./tokenize.js";

/** Names of templates beside the default one, in the order in which they are taken where there is no default. */
const otherTemplates = ["chat", "instruct", "tool_use", "rag"];

/**
 * How this model is told conversations: by `given`, which its owner wrote, else by the template in its file.
 *
 * A file without one that works gets a form of the library's, and `warn` is told why. The search for that form takes
 * 0.6 to 2.7 s of synchronous work, so it happens once, before the model counts as loaded, and for such files only.
 * Throws `TemplateFailure` for a given template that does not work, and for one in the file that does not end.
 */
export async function findChat(
  model: LlamaModel,
  tokenizer: Tokenizer,
  given: string | undefined,
  warn: (message: string) => void,
): Promise<Chat> {
  if (given !== undefined) {
    const prompts = promptsOf(model, given);
    if (prompts.isDeaf()) {
      throw new TemplateFailure(
        "what a user says is not in what it writes; a template is Jinja text, not the name of one",
      );
    }
    return new TemplateChat(prompts, tokenizer, "given");
  }
  const template = templateOf(model);
  let why = "The file has no chat template.";
  if (template !== undefined) {
    try {
      return new TemplateChat(promptsOf(model, template), tokenizer, "file");
    } catch (error) {
      // the library's search would run it without a limit
      if (error instanceof TemplateTooSlow) throw error;
      why = `The chat template in the file does not work: ${messageOf(error)}.`;
    }
  }
  const chat = new GuessedChat(model, await guessWrapper(model), why);
  warn(chat.facts.note ?? why);
  return chat;
}

function promptsOf(model: LlamaModel, template: string): ChatPrompts {
  const { bos, eos } = model.tokens;
  const textOf = (token: typeof bos): string => (token === null ? "" : model.detokenize([token], true));
  return new ChatPrompts(template, { bos: textOf(bos), eos: textOf(eos) });
}

/** The default chat template in the file, else one of its named ones; undefined when there is none. */
function templateOf(model: LlamaModel): string | undefined {
  const metadata: unknown = model.fileInfo.metadata?.tokenizer?.chat_template;
  const byName: Readonly<Record<string, unknown>> =
    typeof metadata === "object" && metadata !== null ? { ...metadata } : { default: metadata };
  const names = ["default", ...otherTemplates, ...Object.keys(byName)];
  const found = names.map((name) => byName[name]).find((one) => typeof one === "string" && one.trim() !== "");
  return found as string | undefined;
}

async function guessWrapper(model: LlamaModel): Promise<ChatWrapper> {
  const { GeneralChatWrapper, resolveChatWrapper } = await import("node-llama-cpp");
  try {
    const wrapper = resolveChatWrapper(model, { warningLogs: false });
    // some only fail when they are used
    wrapper.generateContextState({
      chatHistory: [
        { type: "user", text: "Hello" },
        { type: "model", response: [] },
      ],
    });
    return wrapper;
  } catch {
    return new GeneralChatWrapper();
  }
}
