import { expect } from "chai";
import { LabError } from "../../../src/server/errors.js";
import { parseDuration } from "../../../src/server/settings/parsers.js";
import { readSettings } from "../../../src/server/settings/read-settings.js";

function refusal(read: () => unknown): LabError {
  try {
    read();
  } catch (error) {
    if (error instanceof LabError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("settings", () => {
  it("listen on loopback with the default model", () => {
    expect(readSettings({}, {})).to.include({
      host: "127.0.0.1",
      port: 8000,
      model: "auto",
      slots: 4,
      apiKey: undefined,
    });
  });

  it("take flags before variables and variables before defaults", () => {
    const env = { LOCALLAB_PORT: "9001", LOCALLAB_SLOTS: "8" };
    expect(readSettings({ port: "9002" }, env)).to.include({ port: 9002, slots: 8, context: "auto" });
  });

  it("read aliases as pairs, and refuse what is none", () => {
    expect(readSettings({ alias: "gpt-4o-mini=smollm2, a=b" }, {}).alias).to.deep.equal(["gpt-4o-mini=smollm2", "a=b"]);
    expect(readSettings({}, { LOCALLAB_ALIAS: "a=b" }).alias).to.deep.equal(["a=b"]);
    for (const value of ["a", "=b", "a=", "a b=c"]) {
      expect(() => readSettings({ alias: value }, {}), value).to.throw(
        /^--alias is .* It must be pairs such as name=id/,
      );
    }
  });

  it("read amounts of memory in every usual unit", () => {
    for (const [text, bytes] of [
      ["auto", "auto"],
      ["6GiB", 6 * 2 ** 30],
      ["1.5gib", 1.5 * 2 ** 30],
      ["800 MB", 8e8],
      ["2097152", 2 ** 21],
    ] as const) {
      expect(readSettings({ "resident-memory": text }, {}).residentMemory, text).to.equal(bytes);
    }
    expect(readSettings({ "keep-alive": "10m", resident: "3" }, {})).to.include({ keepAlive: 600, resident: 3 });
    expect(readSettings({}, {})).to.include({ keepAlive: "never", resident: "auto", residentMemory: "auto" });
    expect(readSettings({ "conversation-memory": "2GiB" }, {}).conversationMemory).to.equal(2 ** 31);
    expect(readSettings({ "conversation-memory": "off" }, {}).conversationMemory).to.equal(0);
    expect(readSettings({}, {}).conversationMemory).to.equal("auto");
  });

  it("treat an empty variable as none", () => {
    expect(readSettings({}, { LOCALLAB_PORT: "" }).port).to.equal(8000);
  });

  for (const [flag, value] of [
    ["port", "65536"],
    ["port", "-1"],
    ["port", "80a"],
    ["port", "1e3"],
    ["context", "63"],
    ["context", "many"],
    ["slots", "0"],
    ["slots", "65"],
    ["threads", "1000000"],
    ["gpu", "maybe"],
    ["rate-limit", "sometimes"],
    ["name", "../evil"],
    ["load-timeout", "0s"],
    ["allowed-hosts", "a b"],
    ["resident", "0"],
    ["resident", "many"],
    ["resident-memory", "5 kB"],
    ["resident-memory", "6 gigs"],
    ["resident-memory", "-1"],
    ["resident-memory", "1e99GB"],
    ["keep-alive", "0s"],
    ["keep-alive", "31d"],
  ] as const) {
    it(`refuse --${flag} ${value}, naming both and what is wanted`, () => {
      const error = refusal(() => readSettings({ [flag]: value }, {}));
      expect(error.message).to.contain(`--${flag}`).and.contain(`"${value}"`.slice(0, 8)).and.contain("must be");
    });
  }

  it("never show a key they refuse", () => {
    const error = refusal(() => readSettings({}, { LOCALLAB_API_KEY: "short key" }));
    expect(error.message).to.contain("LOCALLAB_API_KEY has 9 characters").and.not.contain("short key");
  });

  it("have no flag for a secret", () => {
    expect(readSettings({ "api-key": "x".repeat(20) }, {}).apiKey).to.equal(undefined);
  });

  it("read durations with and without a unit", () => {
    const parse = parseDuration(0, 1e6);
    expect(["90", "90s", "1.5m", "8h", "2d", "250ms"].map((text) => parse(text, "t"))).to.deep.equal([
      90, 90, 90, 28800, 172800, 0.25,
    ]);
  });
});
