/** Ollama's options, and what its requests have beside them. Source: its docs/modelfile.md and api/types.go. Taken on every route for text, also within `options`. */
import { honoured, type ParameterTable, refused, warned } from "./parameter.js";

const atTheLoad = "it is set when a model is loaded: POST /models/load, or the settings";
const noMirostat = "this server has no mirostat; use min_p";

export const ollamaOptions: ParameterTable = {
  temperature: honoured("randomness", 0.5),
  top_k: honoured("keeps so many of the likeliest tokens", 5),
  top_p: honoured("keeps the likeliest tokens whose probabilities add up to this share", 0.5),
  min_p: honoured("drops tokens that are less probable than this share of the likeliest one", 0.2),
  num_predict: honoured("most new tokens; -1 and -2: as many as the context holds", 5, { as: "max_length" }),
  seed: honoured("the same seed and request give the same text", 7),
  stop: honoured("texts that end the answer", ["END"]),
  repeat_penalty: honoured("pushes down tokens of prompt and answer", 1.3, { as: "repetition_penalty" }),
  repeat_last_n: honoured("how far repeat_penalty looks back", 8),
  presence_penalty: honoured("pushes down tokens that the answer has", 0.5),
  frequency_penalty: honoured("pushes down tokens by how often the answer has them", 0.5),
  num_ctx: warned(atTheLoad, 4096),
  num_batch: warned(atTheLoad, 512),
  num_gpu: warned(atTheLoad, 1),
  main_gpu: warned(atTheLoad, 1),
  num_thread: warned(atTheLoad, 4),
  use_mmap: warned(atTheLoad, false),
  use_mlock: warned(atTheLoad, true),
  numa: warned(atTheLoad, true),
  low_vram: warned(atTheLoad, true),
  vocab_only: refused("a model without weights answers nothing", true, [false]),
  num_keep: warned("nothing of a prompt is dropped: what does not fit is refused", 5, [0, -1]),
  tfs_z: warned("the engine has no tail-free sampling; use min_p", 0.5, [1]),
  typical_p: warned("the engine has no locally typical sampling; use min_p", 0.5, [1]),
  penalize_newline: warned("line ends are tokens as all others", false, [true]),
  mirostat: warned(noMirostat, 2, [0]),
  mirostat_tau: warned(noMirostat, 4, [5]),
  mirostat_eta: warned(noMirostat, 0.2, [0.1]),
};

export const ollamaRequest: ParameterTable = {
  system: honoured("instructions before everything else", "Be brief.", { as: "system_prompt" }),
  options: honoured("an object of options; each counts as if it stood beside it", { temperature: 0.5 }),
  images: refused("this server reads text only", ["aGk="], [[]]),
  template: refused("the owner gives a template when a model is loaded", "{{ .Prompt }}", [""]),
  context: refused("conversations are sent whole; what a key has sent before is remembered by itself", [1, 2], [[]]),
  format: refused("send json_schema", "json", [""]),
  suffix: refused("no model here fills in the middle; write the end into the prompt", "the end", [""]),
  raw: warned("/generate continues the text as it is, unless system_prompt is there", true, [false]),
  think: warned("send reasoning_budget, or chat_template_kwargs as the model's template reads them", true),
  keep_alive: warned("it is set when a model is loaded: POST /models/load, or --keep-alive", "5m"),
};
