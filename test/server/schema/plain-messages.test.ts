import { expect } from "chai";
import { plainMessages } from "../../../src/server/schema/plain-messages.js";

describe("plainMessages", () => {
  it("joins parts of text, calls a developer the system, and takes an assistant that said nothing", () => {
    const content = [
      { type: "text", text: "The " },
      { type: "input_text", text: "sea" },
    ];
    const messages = [{ role: "developer", content }, { role: "assistant", content: null }, { role: "assistant" }];
    expect(plainMessages(messages)).to.deep.equal([
      { role: "system", content: "The sea" },
      { role: "assistant", content: "" },
      { role: "assistant", content: "" },
    ]);
  });

  it("leaves alone what is no message", () => {
    for (const odd of ["x", 3, null, [null, "x", { role: 3 }]]) expect(plainMessages(odd)).to.deep.equal(odd);
  });

  it("refuses a part that is no text by its place", () => {
    for (const [part, param] of [
      [{ type: "image_url", image_url: { url: "x" } }, "messages[1].content[0]"],
      ["bare", "messages[1].content[0]"],
      [{ type: "text" }, "messages[1].content[0].text"],
    ] as const) {
      const messages = [
        { role: "user", content: "x" },
        { role: "user", content: [part] },
      ];
      expect(() => plainMessages(messages))
        .to.throw()
        .with.property("param", param);
    }
  });
});
