/** The input of the Responses API, and the turns that the engine gets. */
import { expect } from "chai";
import { packThoughts, unpackThoughts } from "../../../src/server/schema/packed-thoughts.js";
import { readItems } from "../../../src/server/schema/responses-items.js";

const user = (content: unknown): Record<string, unknown> => ({ role: "user", content });
const call = (id: string, name: string, args = "{}"): Record<string, unknown> => ({
  type: "function_call",
  call_id: id,
  name,
  arguments: args,
});
const output = (id: string, said: unknown): Record<string, unknown> => ({
  type: "function_call_output",
  call_id: id,
  output: said,
});
const thought = (more: object): Record<string, unknown> => ({ type: "reasoning", id: "rs_1", summary: [], ...more });
const text = (said: string, type = "input_text"): object => ({ type, text: said });

describe("items of the Responses API", () => {
  const cases: readonly (readonly [what: string, input: Parameters<typeof readItems>[0], messages: object[]])[] = [
    ["a text", "Hi", [{ role: "user", content: "Hi" }]],
    [
      "messages of every role, with parts or without",
      [
        { role: "developer", content: "Be brief." },
        user([text("Hel"), text("lo")]),
        {
          type: "message",
          id: "msg_1",
          status: "completed",
          role: "assistant",
          content: [text("Yes.", "output_text")],
        },
        { role: "assistant", content: [{ type: "refusal", refusal: "No." }] },
        user("So?"),
      ],
      [
        { role: "system", content: "Be brief." },
        { role: "user", content: "Hello" },
        { role: "assistant", content: "Yes.\n\nNo." },
        { role: "user", content: "So?" },
      ],
    ],
    [
      "thoughts, words and calls of one turn together, and each result by its call",
      [
        user("Weather?"),
        thought({ content: [{ type: "reasoning_text", text: "Hm." }] }),
        { role: "assistant", content: "Let me look." },
        call("c1", "get_weather", '{"city":"Paris"}'),
        call("c2", "now"),
        output("c2", "noon"),
        output("c1", [text("18 "), text("C")]),
      ],
      [
        { role: "user", content: "Weather?" },
        {
          role: "assistant",
          content: "Let me look.",
          reasoning: "Hm.",
          toolCalls: [
            { id: "c1", name: "get_weather", arguments: '{"city":"Paris"}' },
            { id: "c2", name: "now", arguments: "{}" },
          ],
        },
        { role: "tool", content: "noon", toolCallId: "c2", toolName: "now" },
        { role: "tool", content: "18 C", toolCallId: "c1", toolName: "get_weather" },
      ],
    ],
    [
      "thoughts as a summary, or packed by this server",
      [
        user("Hi"),
        thought({ summary: [{ type: "summary_text", text: "One." }] }),
        thought({ encrypted_content: packThoughts("Two ü.") }),
        { role: "assistant", content: "Yes." },
      ],
      [
        { role: "user", content: "Hi" },
        { role: "assistant", content: "Yes.", reasoning: "One.\n\nTwo ü." },
      ],
    ],
    [
      "thoughts that nothing follows as none",
      [thought({ summary: [{ type: "summary_text", text: "Hm." }] }), user("Hi")],
      [{ role: "user", content: "Hi" }],
    ],
  ];
  for (const [what, input, messages] of cases) {
    it(`are read: ${what}`, () => {
      expect(readItems(input, null)).to.deep.equal({ messages, ignored: [] });
    });
  }

  it("stand behind the instructions", () => {
    expect(readItems("Hi", "Be brief.").messages[0]).to.deep.equal({ role: "system", content: "Be brief." });
    expect(readItems("Hi", "").messages).to.have.lengthOf(1);
    const { messages } = readItems([{ role: "system", content: "Be kind." }, user("Hi")], "Be brief.");
    expect(messages[0]).to.deep.equal({ role: "system", content: "Be brief.\n\nBe kind." });
    expect(messages).to.have.lengthOf(2);
  });

  it("name what of them is not read", () => {
    const { ignored } = readItems(
      [
        { ...user("Hi"), name: "Ann", phase: null },
        thought({ encrypted_content: "gAAAA" }),
        { ...call("c", "go"), namespace: "x" },
      ],
      null,
    );
    expect(ignored).to.deep.equal(["input[0].name", "input[1].encrypted_content", "input[2].namespace"]);
  });

  const refused: readonly (readonly [item: Record<string, unknown>, param: string, words: RegExp])[] = [
    [{ role: "tool", content: "x" }, "input[1].role", /one of "user"/],
    [{ role: "user" }, "input[1].content", /missing/],
    [user([{ type: "input_image", image_url: "x" }]), "input[1].content[0]", /"input_image".*text only/],
    [user([{ type: "input_file", file_id: "x" }]), "input[1].content[0]", /"input_file"/],
    [call("", "go"), "input[1].call_id", /1 to 256/],
    [call("c", "go", "[]"), "input[1].arguments", /JSON of an object/],
    [call("c", "go", "{"), "input[1].arguments", /JSON of an object/],
    [output("c9", "x"), "input[1].call_id", /no function_call/],
    [{ type: "item_reference", id: "msg_1" }, "input[1]", /nothing is stored here/],
    [{ type: "web_search_call", id: "ws_1" }, "input[1]", /"web_search_call"/],
    [{ type: "__proto__" }, "input[1]", /one of/],
    [thought({ content: [null] }), "input[1].content[0].text", /missing/],
  ];
  for (const [item, param, words] of refused) {
    it(`are refused by ${param}: ${JSON.stringify(item)}`, () => {
      expect(() => readItems([user("Hi"), item], null))
        .to.throw(words)
        .with.property("param", param);
    });
  }

  it("takes nothing for packed thoughts that this server did not pack", () => {
    expect(unpackThoughts("gAAAA")).to.equal(undefined);
    expect(unpackThoughts(packThoughts("🦙"))).to.equal("🦙");
  });
});
