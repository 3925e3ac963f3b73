import { expect } from "chai";
import { transcript } from "../../../src/notebook/cli/transcript.js";
import type { ChatMessage } from "../../../src/server/wire/generation.js";

const said: readonly ChatMessage[] = [
  { role: "system", content: "Be brief." },
  { role: "user", content: "Why?" },
  { role: "assistant", content: "Because.\n", reasoning_content: "Hm.\nWell." },
];

describe("what was said in a chat, as a file", () => {
  it("is Markdown with a heading for each turn and thoughts as a quotation", () => {
    expect(transcript(said, "a.md")).to.equal(
      "## Instructions\n\nBe brief.\n\n## You\n\nWhy?\n\n## Model\n\n> Hm.\n> Well.\n\nBecause.\n",
    );
  });

  it("is messages as POST /chat takes them where the name ends in .json", () => {
    expect(JSON.parse(transcript(said, "a.JSON"))).to.deep.equal(said);
  });
});
