import { expect } from "chai";
import { logLine } from "../../../src/server/log/log-line.js";
import { visibleText } from "../../../src/server/text/visible-text.js";

// biome-ignore lint/suspicious/noExplicitAny: a test looks at whatever is there
const told = (fields: Record<string, unknown>): any => JSON.parse(logLine(fields));

describe("a line of the log", () => {
  it("tells what caused an error, and what caused that", () => {
    const root = Object.assign(new Error("no space"), { code: "ENOSPC" });
    const { error } = told({ error: new Error("not written", { cause: new Error("not moved", { cause: root }) }) });
    expect(error.cause.message).to.equal("not moved");
    expect(error.cause.cause).to.include({ message: "no space", code: "ENOSPC" });
  });

  it("ends in a chain that has no end, and among errors without number", () => {
    const error = new Error("round");
    error.cause = error;
    expect(logLine({ error }).length).to.be.lessThan(20_000);
    const many = new AggregateError(Array.from({ length: 1000 }, (_, place) => new Error(`one ${place}`)));
    expect(told({ many }).many.errors).to.have.length(5);
  });

  it("takes whatever it is given", () => {
    const round: Record<string, unknown> = { message: "x" };
    round.self = round;
    expect(told(round)).to.include({ message: "x" });
    expect(told({ big: 5n }).big).to.equal("5");
    const trap = {
      get bad(): string {
        throw new Error("trap");
      },
    };
    expect(told({ message: "y", trap })).to.include({ message: "y", untold: "trap" });
  });

  it("holds no character that a terminal obeys, and is the same text for a reader of JSON", () => {
    const text = "\u001b]0;owned\u0007\u009b2J\u202egnp.exe\u2028\ufeff\u007f";
    const line = logLine({ message: text });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    expect(line).to.not.match(/[\u0000-\u001f\u007f-\u009f\u202e\u2028\ufeff]/);
    expect(JSON.parse(line).message).to.equal(text);
  });

  it("makes text visible and leaves tabs, line ends and every script as they are", () => {
    expect(visibleText("\u001b[31mred\r\n\tgrün 日本 👩‍🚀")).to.equal("\\u001b[31mred\\u000d\n\tgrün 日本 👩‍🚀");
  });
});
