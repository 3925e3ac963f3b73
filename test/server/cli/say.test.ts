import { expect } from "chai";
import { complain, say } from "../../../src/server/cli/say.js";

/** What is written to the stream meanwhile; it reaches no terminal. */
function written(stream: NodeJS.WriteStream, work: () => void): string {
  const { write } = stream;
  let text = "";
  stream.write = (chunk: string | Uint8Array): boolean => {
    text += chunk;
    return true;
  };
  try {
    work();
  } finally {
    stream.write = write;
  }
  return text;
}

describe("what a command says", () => {
  it("holds nothing that a terminal obeys, whoever chose the words", () => {
    const words = '"\u001b]0;owned\u0007" did not load.';
    const shown = '"\\u001b]0;owned\\u0007" did not load.\n';
    expect(written(process.stderr, () => complain(words))).to.equal(shown);
    expect(written(process.stdout, () => say(words))).to.equal(shown);
  });

  it("ends no command when its terminal is gone", () => {
    const { write } = process.stderr;
    process.stderr.write = () => {
      throw Object.assign(new Error("write ENOSPC"), { code: "ENOSPC" });
    };
    try {
      expect(() => complain("x")).not.to.throw();
    } finally {
      process.stderr.write = write;
    }
  });
});
