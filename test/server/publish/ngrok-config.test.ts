import { expect } from "chai";
import { authtokenInNgrokConfig } from "../../../src/server/publish/ngrok-config.js";

const read = (...lines: string[]): string | undefined => authtokenInNgrokConfig(lines.join("\n"), "ngrok.yml");

describe("ngrok's configuration file", () => {
  it("holds the authtoken at the top in version 2", () => {
    expect(read('version: "2"', "authtoken: 2abc_DEF", "tunnels:", "  a:", "    addr: 80")).to.equal("2abc_DEF");
  });

  it("holds it under agent in version 3", () => {
    const lines = ["version: 3", "", "agent: # mine", "    # it", "    api_key: x", "    authtoken: 2abc_DEF"];
    expect(read(...lines, "endpoints:", "  - name: a")).to.equal("2abc_DEF");
  });

  it("may quote it and comment it", () => {
    expect(read('authtoken: "2abc_DEF"   # mine')).to.equal("2abc_DEF");
    expect(read("'authtoken': '2abc_DEF'\r")).to.equal("2abc_DEF");
  });

  it("has none when the key is elsewhere, commented out or missing", () => {
    expect(read("# authtoken: 2abc_DEF", "version: 3")).to.equal(undefined);
    expect(read("other:", "  authtoken: 2abc_DEF")).to.equal(undefined);
    expect(read("agent:", "  note: |", "    authtoken: 2abc_DEF")).to.equal(undefined);
    expect(read("agent:", "  a: 1", "other:", "  authtoken: 2abc_DEF")).to.equal(undefined);
    expect(read("authtoken_file: 2abc_DEF")).to.equal(undefined);
    expect(read("")).to.equal(undefined);
  });

  const notUnderstood: readonly (readonly string[])[] = [
    ["authtoken: |", "  2abc_DEF"],
    ["authtoken:", "  2abc_DEF"],
    ["authtoken: !!str 2abc_DEF"],
    ["authtoken: *mine"],
    ['authtoken: "2abc\\x5fDEF"'],
    ["authtoken: 2abc_DEF more"],
    ["agent: { authtoken: 2abc_DEF }"],
    ['{"authtoken": "2abc_DEF"}'],
    ["authtoken: 2abc_DEF", "agent:", "  authtoken: 2other_one"],
  ];
  for (const lines of notUnderstood) {
    it(`is refused, without showing the authtoken, when it says ${JSON.stringify(lines.join("\n"))}`, () => {
      expect(() => read(...lines))
        .to.throw(/^Line \d+ of ngrok\.yml could not be understood: .+ Set NGROK_AUTHTOKEN instead/)
        .with.property("message")
        .that.does.not.match(/2abc|2other/);
    });
  }
});
