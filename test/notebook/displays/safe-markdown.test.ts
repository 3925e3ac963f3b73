import { expect } from "chai";
import { safeMarkdown } from "../../../src/notebook/displays/safe-markdown.js";

/** What was written, and what stands in the notebook. */
const readAs: readonly (readonly [what: string, written: string, shown: string])[] = [
  ["plain words stay", "The *sea* is **salty**.", "The *sea* is **salty**."],
  [
    "lists and tables stay",
    "- a\n- b\n\n| a | b |\n| - | - |\n| 1 | 2 |",
    "- a\n- b\n\n| a | b |\n| - | - |\n| 1 | 2 |",
  ],
  ["lines stay lines", "Roses are red\nviolets are blue", "Roses are red  \nviolets are blue"],
  ["a tag is text", "a <b>bold</b> move", "a &lt;b>bold&lt;/b> move"],
  ["a comparison stays", "a < b and 1 <2", "a < b and 1 <2"],
  ["a script is text", "<script>alert(1)</script>", "&lt;script>alert(1)&lt;/script>"],
  ["a comment is text", "<!-- x", "&lt;!-- x"],
  ["an image is a link", "![a cat](https://a.example/cat.png)", "\\![a cat](https://a.example/cat.png)"],
  ["a link into the web stays", "[x](https://a.example)", "[x](https://a.example)"],
  [
    "another link is text",
    "[x](javascript:alert(1)) [y](//a.example)",
    "[x]&#40;javascript:alert(1)) [y]&#40;//a.example)",
  ],
  ["a definition of a link is text", "[x]: javascript:alert(1)", "[x]&#58; javascript:alert(1)"],
  ["code in a line stays", "use `let x = 1`", "use `let x = 1`"],
  ["code in a line may have tags", "`Array<T>`", "<code>Array&#60;T&#62;</code>"],
  ["a backtick alone is text", "a ` b <i>", "a &#96; b &lt;i>"],
  ["a block of code stays", "```ts\nconst a: A<b> = 1;\n```", "```ts\nconst a: A<b> = 1;\n```"],
  ["a block that has not ended is closed", "Look:\n```py\nx = 1", "Look:\n\n```py\nx = 1\n```"],
  ["a mark that has just begun is not shown", "```py\nx = 1\n``", "```py\nx = 1\n\n```"],
  ["a block in a list stands alone", "1. a\n   ```js\n   f(<b>)\n   ```\n2. c", "1. a\n\n```js\nf(<b>)\n```\n\n2. c"],
  ["a block in a quote ends with it", "> ```\n> a\n<i>", "```\na\n```\n\n&lt;i>"],
  ["backticks within a block do not end it", "~~~\n```\n<i>\n~~~", "````\n```\n<i>\n````"],
  ["a diagram is shown as its code", "```mermaid\nA-->B\n```", "```text\nA-->B\n```"],
  ["a language is a word", '```js onload="x"\n1\n```', "```js\n1\n```"],
  ["a formula stays", "$x^2$ and \\(a<b\\)", "$x^2$ and $a< b$"],
  ["a formula of lines stays", "\\[\na<b\n\\]", "$$\na< b\n$$"],
  ["prices are no formula", "from $5 to $10", "from \\$5 to \\$10"],
  ["commands that reach out of a formula are text", "\\href{javascript:1}{x}", "&#92;href{javascript:1}{x}"],
  ["a formula ends at a blank line", "$$\na\n\n<b>", "$$\na\n\n&lt;b>"],
  ["indented text may be code", "a\n\n    <b>x", "a\n\n    <\u200bb>x"],
  ["control characters are seen", "a\u001b[2Jb\u202ec", "a␛[2Jb⟨U+202E⟩c"],
];

describe("what a model wrote, as Markdown", () => {
  for (const [what, written, shown] of readAs) {
    it(what, () => expect(safeMarkdown(written)).to.equal(shown));
  }

  it("has no tag, no image and no link but into the web outside of blocks of code, whatever was written", () => {
    const pieces = [
      "<script>",
      "![a](",
      "](",
      "javascript:",
      "`",
      "```",
      "~~~",
      "$",
      "$$",
      "\\",
      "\n",
      "\n\n",
      "    ",
      "> ",
      "- ",
    ];
    const more = [
      "1. ",
      "|",
      "<!--",
      "[x]:",
      "a",
      " ",
      "\\(",
      "\\[",
      "`<b>`",
      "![x]",
      "```js\n",
      "\t",
      "https://a.example)",
    ];
    const all = [...pieces, ...more];
    let seed = 7;
    const next = (): number => {
      seed = (seed * 1_103_515_245 + 12_345) & 0x7fff_ffff;
      return seed;
    };
    for (let round = 0; round < 5000; round += 1) {
      const written = Array.from({ length: 2 + (next() % 12) }, () => all[(next() >> 8) % all.length]).join("");
      const outside = withoutBlocks(safeMarkdown(written)).replace(/<\/?code>|<br>/g, "");
      expect(outside, JSON.stringify(written)).to.not.match(/<[A-Za-z/!?]|(?<!\\)!\[[^\]]*\]\(|\]:(?! *\|?`)/);
      expect(outside, JSON.stringify(written)).to.not.match(/\]\((?!\s*https:)/);
    }
  });
});

/** Every block begins at the left edge behind a blank line, and ends with the same mark. */
function withoutBlocks(markdown: string): string {
  return markdown.replace(/(?<=^|\n\n)(`{3,})[\w+#.-]*\n(?:[\s\S]*?\n)??\1(?=\n|$)/g, "");
}
