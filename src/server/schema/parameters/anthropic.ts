/** Parameters of Anthropic's `POST /v1/messages`. Source: its API reference, as of its TypeScript SDK 1.14 and its Python SDK 2.14. */
import { honoured, type ParameterTable, refused, warned } from "./parameter.js";

const weather = {
  name: "get_weather",
  description: "The weather of a city.",
  input_schema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
} as const;

const remembered = "what a key has sent before is remembered by itself";

export const anthropicMessages: ParameterTable = {
  model: honoured("the model that answers, by its id or an alias; one that is not loaded is loaded first", "other"),
  max_tokens: honoured("most new tokens, thoughts included", 5),
  messages: honoured(
    "the conversation; blocks of text, thinking, tool_use and tool_result are read, pictures and documents are refused",
    [{ role: "user", content: "Hello again" }],
  ),
  system: honoured("instructions before everything else, as a text or as blocks", "Be brief."),
  temperature: honoured("randomness, 0 to 1", 0.5),
  top_p: honoured("keeps the likeliest tokens whose probabilities add up to this share", 0.5),
  top_k: honoured("keeps so many of the likeliest tokens", 5),
  stop_sequences: honoured("up to 16 texts that end the answer", ["END"]),
  stream: honoured("the answer as events", true),
  thinking: honoured(
    "enabled with budget_tokens, adaptive, or disabled; display: omitted leaves the text of thoughts out",
    {
      type: "disabled",
    },
  ),
  tools: honoured("tools with an input_schema of their own; those that Anthropic's servers run are refused", [weather]),
  tool_choice: honoured(
    "auto, any, none, or one tool; disable_parallel_tool_use allows one call at most",
    { type: "any" },
    { beside: { tools: [weather] } },
  ),
  output_config: honoured(
    "format: json_schema, which the answer obeys; effort limits the thoughts of a model that thinks",
    {
      effort: "low",
    },
  ),
  metadata: warned("requests are told apart by their keys", { user_id: "user-1" }, [{}]),
  service_tier: warned("there is one tier", "standard_only", ["auto"]),
  cache_control: warned(remembered, { type: "ephemeral" }),
  inference_geo: warned("the answer is made where this server stands", "us"),
  speed: warned("the answer is as fast as the machine is", "fast", ["standard"]),
  diagnostics: warned(remembered, { previous_message_id: "msg_1" }),
  context_management: warned("nothing of a conversation is dropped: what does not fit is refused", { edits: [{}] }, [
    {},
  ]),
  user_profile_id: warned("requests are told apart by their keys", "user-1"),
  workspace_id: warned("requests are told apart by their keys", "wrkspc_1"),
  container: refused("this server runs no code", "container_1"),
  thread: refused("nothing is stored here; send the whole conversation as messages", { type: "create" }),
  mcp_servers: refused("this server calls no other servers; give the model a tool", [{ name: "x" }], [[]]),
};
