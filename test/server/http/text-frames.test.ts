import { expect } from "chai";
import { TextFrames } from "../../../src/server/http/text-frames.js";
import { readEvents, readGenerateInPython, readGenerateInTerminal } from "../../support/locallab-line-readers.js";

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters meant
const lineBreaks = /\r\n|[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]/g;
/** What a client is to see of a text: line breaks as backslash and n, blanks at the very end gone. */
const seen = (text: string): string => text.replace(lineBreaks, "\\n").replace(blanksAtEnd, "");
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters meant
const blanksAtEnd = /[\t \x1f\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]+$/;
const visible = (text: string): string => text.replaceAll("\u200b", "");

const stream = (pieces: readonly string[]): string => {
  const frames = new TextFrames();
  return pieces.map((piece) => frames.push(piece)).join("") + frames.end();
};

const texts: Readonly<Record<string, string>> = {
  "plain words": "Hello, world. How are you?",
  "nothing at all": "",
  "blanks only": "  \t  ",
  "blanks around": "   leading and trailing   ",
  "blanks of all kinds": "a\u00a0b\u3000c\u2003d\t\te\u1680 f\x1f g\u00a0 \u3000",
  "line feeds": "one\ntwo\n\nthree\n",
  "carriage returns": "one\rtwo\r\nthree\r\r\nfour\r",
  "every other line break": "a\vb\fc\x1cd\x1de\x1ef\u0085g\u2028h\u2029i",
  "a number": "42",
  "a negative fraction": "-3.5e10",
  "a number at the end": "The answer is 42",
  "numbers throughout": "1 2 3 4.5 6e7 true false null",
  "names only Python takes for JSON": "NaN and Infinity, -Infinity",
  "a Python name alone": "-Infinity",
  "true alone": "true",
  "null with a blank": " null",
  "a quoted word": '"choices"',
  "a JSON object": '{"choices": [{"delta": {"content": "x"}}], "text": "y", "a": [1, 2, {"b": null}]}',
  "a JSON object with names only Python knows": '{"text": [NaN, -Infinity]}',
  "a quoted error": '"Error: x"',
  "an empty quote": '""',
  "a quoted number": '"42"',
  "a JSON list": "[1,2,3]",
  "an end marker": "[DONE]",
  "end markers in a row": "[DONE][DONE] [DONE]\n[DONE]",
  "an error word": "Error: nothing is wrong",
  "error words in lines": "Error:\nError: twice\nError:Error:",
  "the words of a frame": "data: data: [DONE]\ndata:x\n: comment\nevent: x\nid: 3\nretry: 1",
  "astral and joined characters": "😀 👩‍👩‍👧 e\u0301 𝔘𝔫𝔦 مرحبا \u202eabc\u202c",
  "control characters": "a\0b\x07c\x1b[31mred\x1b[0m\x7f",
  "a byte order mark": "\ufeff42\ufeff",
  backslashes: "C:\\new\\table \\n \\\\n",
  "digits for long": "3".repeat(500),
};

/** Ways a text arrives: whole, in characters, in words, in threes. */
const cuts: Readonly<Record<string, (text: string) => string[]>> = {
  whole: (text) => [text],
  "by character": (text) => [...text],
  "by word": (text) => text.split(/(?=\s)/),
  "in threes": (text) =>
    [...text].reduce<string[]>((parts, character, index) => {
      if (index % 3 === 0) parts.push("");
      parts[parts.length - 1] += character;
      return parts;
    }, []),
};

describe("TextFrames", () => {
  for (const [what, text] of Object.entries(texts)) {
    for (const [how, cut] of Object.entries(cuts)) {
      it(`carries ${what}, ${how}`, () => {
        const sent = stream(cut(text));
        expect(readGenerateInPython(sent), "Python").to.deep.equal({ text: seen(text), error: undefined });
        expect(visible(readGenerateInTerminal(sent)), "terminal").to.equal(seen(text));
        expect(visible(readEvents(sent).slice(0, -1).join("")), "events").to.equal(seen(text));
        expect(readEvents(sent).at(-1)).to.equal("[DONE]");
        expect(sent.includes("data: \n"), "blank frame").to.equal(false);
      });
    }
  }

  it("sends words as they come", () => {
    const frames = new TextFrames();
    expect(["Hello", ", wor", "ld"].map((piece) => frames.push(piece))).to.deep.equal([
      "data: Hello\n\n",
      "data: , wor\n\n",
      "data: ld\n\n",
    ]);
    expect(frames.end()).to.equal("data: [DONE]\n\n");
  });

  it("holds blanks back and puts them in front of the next word", () => {
    expect(stream(["one ", " ", "two"])).to.equal("data: one\n\ndata:   two\n\ndata: [DONE]\n\n");
  });

  it("holds a number back until more text makes it none", () => {
    expect(stream(["4", "2", " apples"])).to.equal("data: 42 apples\n\ndata: [DONE]\n\n");
  });

  it("takes apart what would end or fail the stream", () => {
    expect(stream(["Error: a"])).to.equal("data: Er\n\ndata: ror: a\n\ndata: [DONE]\n\n");
    expect(stream(["[DONE]"])).to.equal("data: [DO\n\ndata: NE]\n\ndata: [DONE]\n\n");
  });

  it("takes apart what the terminal client would drop as JSON", () => {
    expect(stream(["true", '{"text": 1}'])).to.equal(
      'data: t\n\ndata: rue\n\ndata: {\n\ndata: "text": 1}\n\ndata: [DONE]\n\n',
    );
  });

  it("gives a number at the end to the Python client and to the others apart", () => {
    expect(stream(["is", " 42"])).to.equal("data: is\n\n data:  42\n[DONE]\n\ndata: \u200b 42\n\ndata: [DONE]\n\n");
  });

  it("keeps lines short when a model makes nothing but blanks", () => {
    const sent = stream([...Array.from({ length: 1000 }, () => " ".repeat(16)), "end"]);
    expect(readGenerateInPython(sent).text).to.match(/^ {1024}end$/);
  });

  describe("when the stream fails", () => {
    const failed = (pieces: readonly string[], message: string): string => {
      const frames = new TextFrames();
      return pieces.map((piece) => frames.push(piece)).join("") + frames.fail(message);
    };

    it("ends with the frame the Python client takes for an error", () => {
      const sent = failed(["The answer is", " "], "The engine died.\nSend it again.");
      expect(sent).to.match(/data: Error: The engine died\. Send it again\.\n\n$/);
      expect(readGenerateInPython(sent)).to.deep.equal({
        text: "The answer is",
        error: "The engine died. Send it again.",
      });
    });

    it("sends the text it held back first", () => {
      expect(readGenerateInPython(failed(["4", "2"], "gone")).text).to.equal("42");
    });

    it("says nothing that makes the Python client send the request again", () => {
      expect(readGenerateInPython(failed(["x"], "The Timeout of 3 s passed.")).error).to.not.match(/timeout/i);
    });
  });
});
