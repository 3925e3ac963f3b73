/** Conversations of Anthropic's Messages API, and the turns that the engine gets. */
import { expect } from "chai";
import { messagesBody } from "../../../src/server/schema/anthropic-messages.js";

const ask = { model: "m", max_tokens: 16, messages: [{ role: "user", content: "Hi" }] };

describe("a conversation of Anthropic's API", () => {
  const turns: readonly (readonly [what: string, body: object, messages: readonly object[]])[] = [
    ["instructions as a text", { system: "Be brief." }, [system("Be brief."), user("Hi")]],
    [
      "instructions as blocks",
      { system: [text("Be brief."), text("Be kind.")] },
      [system("Be brief.\n\nBe kind."), user("Hi")],
    ],
    ["blocks of text, joined", { messages: [user([text("Hel"), text("lo")])] }, [user("Hello")]],
    [
      "turns of one role in a row, as one",
      { messages: [user("One"), user([text("Two")]), assistant("A"), assistant("B"), user("C")] },
      [user("One\n\nTwo"), assistant("A\n\nB"), user("C")],
    ],
    [
      "thoughts that are sent back",
      {
        messages: [
          user("Hi"),
          assistant([{ type: "thinking", thinking: "Hm.", signature: "x" }, text("Yes.")]),
          user("So?"),
        ],
      },
      [user("Hi"), { ...assistant("Yes."), reasoning: "Hm." }, user("So?")],
    ],
    [
      "calls and what came of them, in their order",
      {
        messages: [
          user("Weather?"),
          assistant([
            text("Let me look."),
            { type: "tool_use", id: "t1", name: "get_weather", input: { city: "Paris" } },
          ]),
          user([
            { type: "tool_result", tool_use_id: "t1", content: [text("18 "), text("C")], is_error: false },
            text("Well?"),
          ]),
        ],
      },
      [
        user("Weather?"),
        { ...assistant("Let me look."), toolCalls: [{ id: "t1", name: "get_weather", arguments: '{"city":"Paris"}' }] },
        { role: "tool", content: "18 C", toolCallId: "t1", toolName: "get_weather" },
        user("Well?"),
      ],
    ],
    [
      "a result that is an error, which it says",
      {
        messages: [
          user("Go"),
          assistant([{ type: "tool_use", id: "t1", name: "go", input: {} }]),
          user([{ type: "tool_result", tool_use_id: "t1", content: "no road", is_error: true }]),
        ],
      },
      [
        user("Go"),
        { ...assistant(""), toolCalls: [{ id: "t1", name: "go", arguments: "{}" }] },
        { role: "tool", content: "Error: no road", toolCallId: "t1", toolName: "go" },
      ],
    ],
  ];
  for (const [what, body, expected] of turns) {
    it(`reads ${what}`, () => {
      const { requests } = messagesBody.read({ ...ask, ...body });
      expect(requests[0]?.input).to.deep.equal({ kind: "chat", messages: expected });
    });
  }
});

function text(said: string): object {
  return { type: "text", text: said };
}

function user(content: unknown): object {
  return { role: "user", content };
}

function assistant(content: unknown): object {
  return { role: "assistant", content };
}

function system(content: unknown): object {
  return { role: "system", content };
}
