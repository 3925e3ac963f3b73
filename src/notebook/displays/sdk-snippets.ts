/** Code to copy for clients that people have already: the address and the key are all that changes. */

export interface Snippet {
  readonly title: string;
  readonly code: string;
}

/** What stands where the code has to name a model and none is loaded. */
export const someModel = "MODEL_ID";

/** What a client of another API is told. */
export interface SdkAsked {
  /** The lab's address, without "/v1". */
  readonly url: string;
  /** The lab wants a key, which each snippet reads from LOCALLAB_API_KEY. */
  readonly needsKey: boolean;
  /** Id of the model to name. */
  readonly model: string;
}

/** A string literal that is one in TypeScript and Python alike. */
const quoted = (text: string): string => JSON.stringify(text);

/** Clients refuse to begin without a key; a lab that has none takes any. */
const typescriptKey = ({ needsKey }: SdkAsked): string => (needsKey ? "process.env.LOCALLAB_API_KEY" : `"none"`);
const pythonKey = ({ needsKey }: SdkAsked): string => (needsKey ? `os.environ["LOCALLAB_API_KEY"]` : `"none"`);
const importOs = ({ needsKey }: SdkAsked): string[] => (needsKey ? ["import os"] : []);

const question = `[{"role": "user", "content": "Why is the sea salty?"}]`;
const typescriptQuestion = `[{ role: "user", content: "Why is the sea salty?" }]`;

export function sdkSnippets(asked: SdkAsked): Snippet[] {
  return [
    { title: "openai (TypeScript)", code: openaiTypescript(asked) },
    { title: "openai (Python)", code: openaiPython(asked) },
    { title: "Anthropic (Python)", code: anthropicPython(asked) },
    { title: "LangChain (Python)", code: langchainPython(asked) },
    { title: "LiteLLM", code: litellm(asked) },
    { title: "AI SDK", code: aiSdk(asked) },
    { title: "Jupyter AI", code: jupyterAi(asked) },
  ];
}

const openaiTypescript = (asked: SdkAsked): string =>
  [
    `import OpenAI from "openai";`,
    `const client = new OpenAI({ baseURL: ${quoted(`${asked.url}/v1`)}, apiKey: ${typescriptKey(asked)} });`,
    `const answer = await client.chat.completions.create({`,
    `  model: ${quoted(asked.model)},`,
    `  messages: ${typescriptQuestion},`,
    `});`,
    `console.log(answer.choices[0].message.content);`,
  ].join("\n");

const openaiPython = (asked: SdkAsked): string =>
  [
    ...importOs(asked),
    "from openai import OpenAI",
    "",
    `client = OpenAI(base_url=${quoted(`${asked.url}/v1`)}, api_key=${pythonKey(asked)})`,
    "answer = client.chat.completions.create(",
    `    model=${quoted(asked.model)},`,
    `    messages=${question},`,
    ")",
    "print(answer.choices[0].message.content)",
  ].join("\n");

/** Its client adds "/v1" by itself. */
const anthropicPython = (asked: SdkAsked): string =>
  [
    ...importOs(asked),
    "from anthropic import Anthropic",
    "",
    `client = Anthropic(base_url=${quoted(asked.url)}, api_key=${pythonKey(asked)})`,
    "answer = client.messages.create(",
    `    model=${quoted(asked.model)},`,
    "    max_tokens=200,",
    `    messages=${question},`,
    ")",
    `print("".join(block.text for block in answer.content if block.type == "text"))`,
  ].join("\n");

const langchainPython = (asked: SdkAsked): string =>
  [
    ...importOs(asked),
    "from langchain_openai import ChatOpenAI",
    "",
    "llm = ChatOpenAI(",
    `    model=${quoted(asked.model)},`,
    `    base_url=${quoted(`${asked.url}/v1`)},`,
    `    api_key=${pythonKey(asked)},`,
    ")",
    `print(llm.invoke("Why is the sea salty?").content)`,
  ].join("\n");

const litellm = (asked: SdkAsked): string =>
  [
    ...importOs(asked),
    "import litellm",
    "",
    "answer = litellm.completion(",
    `    model=${quoted(`openai/${asked.model}`)},`,
    `    api_base=${quoted(`${asked.url}/v1`)},`,
    `    api_key=${pythonKey(asked)},`,
    `    messages=${question},`,
    ")",
    "print(answer.choices[0].message.content)",
  ].join("\n");

const aiSdk = (asked: SdkAsked): string =>
  [
    `import { createOpenAICompatible } from "@ai-sdk/openai-compatible";`,
    `import { generateText } from "ai";`,
    `const lab = createOpenAICompatible({`,
    `  name: "locallab",`,
    `  baseURL: ${quoted(`${asked.url}/v1`)},`,
    `  apiKey: ${typescriptKey(asked)},`,
    `});`,
    `const { text } = await generateText({ model: lab(${quoted(asked.model)}), prompt: "Why is the sea salty?" });`,
    `console.log(text);`,
  ].join("\n");

/** Both of its generations read these variables when JupyterLab begins. */
const jupyterAi = ({ url, needsKey, model }: SdkAsked): string =>
  [
    `export OPENAI_API_BASE=${quoted(`${url}/v1`)}`,
    `export OPENAI_API_KEY=${needsKey ? `"$LOCALLAB_API_KEY"` : "none"}`,
    "jupyter lab",
    `# choose openai/${model} as the model; in version 2: openai-chat-custom:${model}`,
  ].join("\n");
