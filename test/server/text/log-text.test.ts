import { expect } from "chai";
import { logLevelOf, logText } from "../../../src/server/text/log-text.js";

const now = new Date(2026, 10, 28, 18, 0, 0);
const at = (hours: number, day = 28): string => new Date(2026, 10, day, hours, 5, 9).toISOString();
const line = (fields: object): string =>
  JSON.stringify({ time: at(9), level: "info", message: "listening", ...fields });

describe("a line of the log as text", () => {
  for (const [what, given, text] of [
    ["has its time, level and words", line({}), "09:05:09 info  listening"],
    ["has the day where it is another", line({ time: at(9, 24) }), "Nov 24 09:05:09 info  listening"],
    ["names values", line({ port: 80, name: "a b", off: null }), '09:05:09 info  listening  port=80 name="a b"'],
    ["says a reason as the end of the sentence", line({ reason: "no room" }), "09:05:09 info  listening: no room"],
    [
      "says an error in its words",
      line({ error: { message: "no room", stack: "at x" } }),
      "09:05:09 info  listening: no room",
    ],
    ["keeps what is no line of the log", "Error: out of memory", "Error: out of memory"],
    ["keeps a line that was cut", '{"time":"20', '{"time":"20'],
    ["keeps other JSON", '{"a":1}', '{"a":1}'],
  ] as const) {
    it(what, () => expect(logText(given, now)).to.equal(text));
  }

  it("cuts long values", () => {
    expect(logText(line({ long: "x".repeat(5000) }), now).length).to.be.below(300);
  });

  it("tells its level, and none for other lines", () => {
    expect([logLevelOf(line({ level: "warn" })), logLevelOf("Error"), logLevelOf("{")]).to.deep.equal([
      "warn",
      undefined,
      undefined,
    ]);
  });
});
