import { expect } from "chai";
import { cleanText, oneLine } from "../../../src/notebook/client/clean-text.js";
import { html } from "../../../src/notebook/displays/html.js";

describe("cleanText", () => {
  it("shows control characters as pictures", () => {
    expect(cleanText("\u001b[31mred\u0000\u007f")).to.equal("␛[31mred␀␡");
  });

  it("keeps tabs and line ends, and makes CRLF one line end", () => {
    expect(cleanText("a\tb\r\nc\nd")).to.equal("a\tb\nc\nd");
  });

  it("shows every character that turns the direction of writing", () => {
    for (const code of [0x61c, 0x200e, 0x200f, 0x202a, 0x202e, 0x2066, 0x2069]) {
      const shown = cleanText(`a${String.fromCharCode(code)}b`);
      expect(shown).to.equal(`a⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩b`);
    }
  });

  it("replaces half a surrogate pair and keeps a whole one", () => {
    expect(cleanText("\ud83d x 😀 \ude00")).to.equal("\ufffd x 😀 \ufffd");
  });

  it("cuts a line at whole characters", () => {
    expect(oneLine("😀😀😀😀", 3)).to.equal("😀😀…");
    expect(oneLine(" a\n\n b ", 10)).to.equal("a b");
  });
});

describe("html", () => {
  it("escapes what is put in, also inside an attribute", () => {
    const text = `<img src=x onerror='a'> & "b"`;
    const escaped = "&lt;img src=x onerror=&#39;a&#39;&gt; &amp; &quot;b&quot;";
    expect(html`<i title="${text}">${text}</i>`.source).to.equal(`<i title="${escaped}">${escaped}</i>`);
  });

  it("leaves finished HTML as it is, joins lists, and drops what is nothing", () => {
    expect(html`<p>${[html`<b>1</b>`, "<", 2, null, undefined, false]}</p>`.source).to.equal("<p><b>1</b>&lt;2</p>");
  });

  it("cannot be fooled by a text that looks like an object of its own", () => {
    const fake = JSON.parse('{"source":"<script>"}') as string;
    expect(html`${fake}`.source).to.equal("[object Object]");
  });
});
