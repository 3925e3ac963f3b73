import { expect } from "chai";
import { type RealServer, startRealServer } from "../../support/real-server.js";
import { endAll, type Outcome, run } from "./locallab.js";

describe("locallab passes", function () {
  this.timeout(60_000);
  let server: RealServer;
  before(async () => {
    server = await startRealServer({ slots: 1, context: 256 });
  });
  after(() => server.stop());
  afterEach(() => endAll());

  const passes = (...words: string[]): Promise<Outcome> =>
    run(["passes", ...words], { runtimeDir: server.settings.runtimeDir });

  it("makes one that works, shows its key this one time, lists it and ends it by whose it is", async () => {
    expect((await passes()).out).to.contain("No passes yet");
    const made = await passes("create", "Ann", "--expires", "8h", "--max-tokens", "500");
    expect([made.code, made.err]).to.deep.equal([0, ""]);
    expect(made.out).to.match(/^Pass for Ann: until .* · infer: sample · 500 tokens\n/);
    const [, key = ""] = /Its key, shown this one time: (\S+)\n/.exec(made.out) ?? [];
    const health = await server.get("/models/current", { Authorization: `Bearer ${key}` });
    expect(health.status).to.equal(200);
    const list = await passes();
    expect(list.out)
      .to.match(/^Who +State .*\nAnn +active .* 0 of 500 /)
      .and.not.contain(key);
    const revoked = await passes("revoke", "Ann");
    expect([revoked.code, revoked.out]).to.deep.equal([0, "The pass of Ann is revoked.\n"]);
    expect((await server.get("/models/current", { Authorization: `Bearer ${key}` })).status).to.equal(401);
  });

  it("gives it as JSON, the key too", async () => {
    const { out } = await passes("create", "Bob", "--json");
    const made = JSON.parse(out);
    expect(made).to.include({ name: "Bob", state: "active" });
    expect(made.key).to.match(/^\S{20,}$/);
    expect(JSON.parse((await passes("--json")).out).at(-1))
      .to.include({ name: "Bob" })
      .and.not.have.property("key");
    expect((await passes("revoke", made.id)).code).to.equal(0);
  });

  for (const [words, code, sentence] of [
    [["create"], 2, "wants the name"],
    [["crate", "Ann"], 2, 'does not know the word "crate"'],
    [["create", "Ann", "--expires", "soon"], 2, "--expires"],
    [["create", "Ann", "--scopes", "dance"], 2, "--scopes"],
    [["create", "Ann", "--max-tokens", "0"], 2, '--max-tokens is "0"'],
    [["--expires", "8h"], 2, "create"],
    [["revoke"], 2, "wants the id"],
    [["revoke", "Nobody"], 1, 'No pass is called "Nobody"'],
    [["create", "Ann", "--models", "nope"], 1, '"nope"'],
  ] as const) {
    it(`${words.join(" ")} ends with ${code}: ${sentence}`, async () => {
      const outcome = await passes(...words);
      expect([outcome.code, outcome.out], outcome.err).to.deep.equal([code, ""]);
      expect(outcome.err).to.contain(sentence);
      expect(outcome.err.trim().split("\n")).to.have.length(1);
    });
  }
});
