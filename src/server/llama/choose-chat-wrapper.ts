import type { ChatWrapper, LlamaModel } from "node-llama-cpp";
import { messageOf } from "../async/message-of.js";

/** The ChatML template as OpenAI published it and many models carry it, without blanks and line ends. */
const plainChatMl =
  "{%formessageinmessages%}{{'<|im_start|>'+message['role']+''+message['content']+'<|im_end|>'+''}}{%endfor%}" +
  "{%ifadd_generation_prompt%}{{'<|im_start|>assistant'}}{%endif%}";

/**
 * What turns a conversation into text for this model.
 *
 * The search takes 0.6 to 2.7 s of synchronous work, so it happens once, before the model counts as loaded, and not
 * at all for the plain ChatML template. A template that does not work gives "### Human" style turns and a warning.
 */
export async function chooseChatWrapper(model: LlamaModel, warn: (message: string) => void): Promise<ChatWrapper> {
  const { ChatMLChatWrapper, GeneralChatWrapper, resolveChatWrapper } = await import("node-llama-cpp");
  const template = chatTemplate(model);
  if (template?.replace(/\s|\\n/g, "").replaceAll('"', "'") === plainChatMl) return new ChatMLChatWrapper();
  let wrapper: ChatWrapper;
  try {
    wrapper = resolveChatWrapper(model, { warningLogs: false });
    // some templates only fail when they are used
    wrapper.generateContextState({
      chatHistory: [
        { type: "user", text: "Hello" },
        { type: "model", response: [] },
      ],
    });
  } catch (error) {
    warn(`The chat template of this model does not work (${messageOf(error)}); turns are marked with ### instead.`);
    return new GeneralChatWrapper();
  }
  if (template !== undefined && wrapper.wrapperName === "General") {
    warn("The chat template of this model does not work; turns are marked with ### instead.");
  }
  return wrapper;
}

/** The chat template in the file; undefined when there is none. */
export function chatTemplate(model: LlamaModel): string | undefined {
  const template: unknown = model.fileInfo.metadata?.tokenizer?.chat_template;
  return typeof template === "string" && template.trim() !== "" ? template : undefined;
}
