/** A model that calls two tools, written as Hermes and Qwen write calls, and answers once it hears what came of them. */
import type { Script } from "../support/scripted-model.js";

/** What it says in front of its calls. */
export const beforeCalls = "Let me look.";

/** Its calls, in their order. */
export const expectedCalls = [
  { name: "get_weather", arguments: { city: "Paris" } },
  { name: "get_time", arguments: { city: "Oslo" } },
] as const;

/** What it says after a tool's turn. */
export const afterCalls = "It is mild there.";

/** Schemas of the tools, as clients send them. */
export const citySchema = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: false,
} as const;

export const callingScript: Script = {
  says: [
    ...["Let", " me", " look", ".", "\n<tool", "_call", ">\n"],
    ...['{"name": "get', "_weather", '", "arguments": {"', 'city": "', "Paris", '"}}', "\n</tool_call>"],
    ...["\n<tool_", "call>\n", '{"name": "', "get_time", '", "arguments":', ' {"city": "Os', 'lo"}}\n', "</tool_call>"],
  ],
  instead: [{ after: "<|answer|>", says: ["It", " is", " mild", " there."] }],
  control: ["<|im_start|>", "<|answer|>"],
  template: `{%- if tools %}<|im_start|>system
# Tools
<tools>{% for tool in tools %}
{{ tool | tojson }}{% endfor %}
</tools>

For each function call, return a json object with function name and arguments within <tool_call></tool_call> XML tags:
<tool_call>
{"name": <function-name>, "arguments": <args-json-object>}
</tool_call><|im_end|>
{% endif %}{% for message in messages %}{% if message.role == 'tool' %}<|im_start|>user
<tool_response>
{{ message.content }}
</tool_response><|im_end|>
{% else %}<|im_start|>{{ message.role }}
{{ message.content }}{% for call in message.tool_calls or [] %}
<tool_call>
{"name": "{{ call.function.name }}", "arguments": {{ call.function.arguments | tojson }}}
</tool_call>{% endfor %}<|im_end|>
{% endif %}{% endfor %}{% if add_generation_prompt %}{% if messages[-1].role == 'tool' %}<|answer|>{% else %}<|im_start|>assistant
{% endif %}{% endif %}`,
};
