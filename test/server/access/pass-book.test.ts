import { expect } from "chai";
import { Access } from "../../../src/server/access/access.js";
import type { CountedWork } from "../../../src/server/access/identity.js";
import { digestOf } from "../../../src/server/access/keys.js";
import { type MadePass, PassBook } from "../../../src/server/access/pass-book.js";
import { PublicHost } from "../../../src/server/access/public-host.js";
import { PublishedAccess } from "../../../src/server/access/published-access.js";
import type { Caller } from "../../../src/server/engine/caller.js";
import { LabError } from "../../../src/server/errors.js";
import { until } from "../../support/until.js";

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof LabError) return error.code;
    throw error;
  }
  return "accepted";
}

describe("passes", () => {
  let passes: PassBook;
  let local: Access;
  let published: PublishedAccess;
  const ownerKey = "lab_owner_0123456789abcdef";
  const apiKey = "client-key-0123456789";

  beforeEach(() => {
    passes = new PassBook();
    local = new Access({ ownerKey, apiKey, host: "127.0.0.1", allowedHosts: [], passes });
    published = new PublishedAccess(passes, new PublicHost());
  });
  afterEach(() => passes.close());

  const pass = (more: object = {}): MadePass => passes.create({ name: "Ann", scopes: ["infer"], ...more });
  const work = (tokens: number): CountedWork & { readonly ended: LabError[] } => {
    const ended: LabError[] = [];
    return { ended, tokens: () => tokens, end: (reason) => ended.push(reason) };
  };

  it("have keys of 256 random bits, kept as digests only", () => {
    const { key } = pass();
    expect(Buffer.from(key.replace("lab_pass_", ""), "base64url")).to.have.length(32);
    expect(pass().key).to.not.equal(key);
    expect(JSON.stringify(passes.list().map((one) => one.entry()))).to.not.contain(key);
    expect(passes.list()[0]?.digest.equals(digestOf(key))).to.equal(true);
  });

  it("open both doors; the owner's key and the lab's open the local one alone", () => {
    const { key } = pass();
    for (const door of [local, published]) expect(door.identify({ "x-api-key": key }).name).to.equal("Ann");
    for (const other of [ownerKey, apiKey]) {
      expect(codeOf(() => local.identify({ "x-api-key": other }))).to.equal("accepted");
      expect(codeOf(() => published.identify({ "x-api-key": other }))).to.equal("invalid_api_key");
    }
    expect(codeOf(() => published.identify({}))).to.equal("missing_api_key");
  });

  it("of the publication itself open the published door alone, and are not listed", () => {
    passes.create({ name: "api-key", scopes: ["infer"], key: apiKey, isBuiltIn: true });
    expect([...published.identify({ "x-api-key": apiKey }).scopes]).to.deep.equal(["infer"]);
    expect([...local.identify({ "x-api-key": apiKey }).scopes]).to.deep.equal(["infer", "manage"]);
    expect(passes.list()).to.deep.equal([]);
  });

  it("made for the published door alone do not open the local one", () => {
    const { key } = pass({ isPublicOnly: true });
    expect(published.identify({ "x-api-key": key }).name).to.equal("Ann");
    expect(codeOf(() => local.identify({ "x-api-key": key }))).to.equal("invalid_api_key");
  });

  it("with the owner's rights open the local door alone, and may do everything there", () => {
    const { key } = pass({ scopes: ["owner"] });
    expect(codeOf(() => published.identify({ "x-api-key": key }))).to.equal("insufficient_scope");
    const deputy = local.identify({ "x-api-key": key });
    expect([[...deputy.scopes], deputy.isOwner, deputy.mayManage]).to.deep.equal([
      ["infer", "manage", "owner"],
      true,
      true,
    ]);
  });

  it("are callers of the engine, each with a place in the queue and models of its own", () => {
    const [first, second] = [pass({ models: ["a", "b"] }), pass({ scopes: ["infer", "manage"], maxTokens: 5 })];
    const callers: Caller[] = [first, second].map(({ key }) => local.identify({ "x-api-key": key }));
    expect(callers.map(({ key }) => key)).to.deep.equal([first.pass.terms.id, second.pass.terms.id]);
    expect(callers.map(({ models, mayManage, tokenBudget }) => [models && [...models], mayManage, tokenBudget])).to.eql(
      [
        [["a", "b"], false, undefined],
        [null, true, second.pass],
      ],
    );
    expect(first.pass.entry().models).to.deep.equal(["a", "b"]);
  });

  for (const name of ["owner", "API-key", "local", "Publication", "self-check", "ｏｗｎｅｒ"]) {
    it(`are not called "${name}", as the lab itself is`, () => {
      expect(() => pass({ name }))
        .to.throw(LabError, "Choose another")
        .with.property("param", "name");
    });
  }

  it("say why they open nothing any more", () => {
    const revoked = pass();
    revoked.pass.revoke();
    const expired = pass({ expiresAt: Date.now() - 1 });
    expect(() => local.identify({ "x-api-key": revoked.key })).to.throw(LabError, '"Ann" was revoked');
    expect(() => local.identify({ "x-api-key": expired.key })).to.throw(LabError, '"Ann" has expired');
    expect([revoked.pass.state, expired.pass.state]).to.deep.equal(["revoked", "expired"]);
  });

  it("end what works for them when they are revoked, once", () => {
    const { pass: one } = pass();
    const [first, second] = [work(3), work(4)];
    const leave = one.enter(first);
    one.enter(second);
    leave();
    expect(one.revoke()).to.equal(1);
    expect([first.ended.length, second.ended.map(({ code }) => code)]).to.deep.equal([0, ["invalid_api_key"]]);
    expect(one.entry()).to.include({ requests: 2, tokens: 7 });
  });

  it("count a request's tokens once, however often it is said to be over", () => {
    const { pass: one } = pass();
    const leave = one.enter(work(5));
    leave();
    leave();
    expect(one.entry()).to.include({ tokens: 5, running: 0 });
  });

  it("let what was let in go on when the requests are used up, and end it when the tokens are", () => {
    const byRequests = pass({ maxRequests: 1 }).pass;
    const goesOn = work(10);
    byRequests.enter(goesOn);
    byRequests.check();
    expect(codeOf(() => byRequests.refuseSpent())).to.equal("budget_exhausted");
    const byTokens = pass({ maxTokens: 10 }).pass;
    const ends = work(10);
    byTokens.enter(ends);
    byTokens.check();
    expect([goesOn.ended.length, ends.ended.map(({ code }) => code)]).to.deep.equal([0, ["budget_exhausted"]]);
  });

  it("are at most a thousand at once, and of those that are over a hundred are remembered", () => {
    const first = pass();
    for (let count = 1; count < 1000; count += 1) pass();
    expect(codeOf(() => pass())).to.equal("invalid_request");
    for (const one of passes.list()) one.revoke();
    pass();
    expect(passes.list()).to.have.length(101);
    expect(() => local.identify({ "x-api-key": first.key })).to.throw(LabError, "not known");
  });

  it("says once that a key opens nothing any more: revoked, or expired within a look", async () => {
    const book = new PassBook();
    try {
      const over: string[] = [];
      const { pass } = book.create({ name: "Ann", scopes: ["infer"], onOver: () => over.push("Ann") });
      book.create({ name: "Bob", scopes: ["infer"], expiresAt: Date.now() + 20, onOver: () => over.push("Bob") });
      expect(over).to.deep.equal([]);
      pass.revoke();
      pass.revoke();
      expect(over).to.deep.equal(["Ann"]);
      await until(() => over.length > 1);
      expect(over).to.deep.equal(["Ann", "Bob"]);
    } finally {
      book.close();
    }
  });

  it("says under which key slots have known a pass, once that is over", async () => {
    const over: string[] = [];
    const book = new PassBook((key) => over.push(key));
    try {
      const ann = book.create({ name: "Ann", scopes: ["infer"] }).pass;
      const bob = book.create({ name: "Bob", scopes: ["infer"], expiresAt: Date.now() + 20 }).pass;
      book.remove(ann);
      expect(over).to.deep.equal([ann.identity.key]);
      await until(() => over.length > 1);
      expect(over[1]).to.equal(bob.identity.key);
    } finally {
      book.close();
    }
  });
});
