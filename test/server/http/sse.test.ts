import { expect } from "chai";
import { dataFrame, doneFrame, jsonLine } from "../../../src/server/http/sse.js";

/** What readers take for the end of a line: the standard's, and those of Python's `splitlines`. */
const lineBreaks = new RegExp(`[${String.raw`\n\v\f\r\x1c-\x1e\u0085\u2028\u2029`}]`);

describe("a frame", () => {
  it("is one line of data", () => {
    expect(dataFrame("Hello")).to.equal("data: Hello\n\n");
    expect(doneFrame).to.equal("data: [DONE]\n\n");
  });

  for (const text of ["a\nb", "a\rb", "a\r\nb", "\n", "a\n\ndata: forged"]) {
    it(`refuses ${JSON.stringify(text)}, which would be more than one`, () => {
      expect(() => dataFrame(text)).to.throw(RangeError, "one line");
    });
  }
});

describe("a JSON line", () => {
  it("has no line break of any kind in it, and means the same", () => {
    const every = Array.from({ length: 0x2100 }, (_, code) => String.fromCharCode(code)).join("");
    const line = jsonLine({ text: every });
    expect(line).to.not.match(lineBreaks);
    expect(JSON.parse(line)).to.deep.equal({ text: every });
  });

  for (const code of [0x85, 0x2028, 0x2029]) {
    it(`escapes U+${code.toString(16).padStart(4, "0")}`, () => {
      expect(jsonLine(String.fromCharCode(code))).to.equal(`"\\u${code.toString(16).padStart(4, "0")}"`);
    });
  }
});
