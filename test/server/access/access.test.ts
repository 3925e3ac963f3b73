import crypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import { expect } from "chai";
import { Access, checkBinding } from "../../../src/server/access/access.js";
import type { Identity } from "../../../src/server/access/identity.js";
import { newKey } from "../../../src/server/access/keys.js";
import { PassBook } from "../../../src/server/access/pass-book.js";
import { PublicHost } from "../../../src/server/access/public-host.js";
import { PublishedAccess } from "../../../src/server/access/published-access.js";
import type { Caller } from "../../../src/server/engine/caller.js";
import { LabError } from "../../../src/server/errors.js";

const ownerKey = "lab_owner_0123456789abcdef";
const apiKey = "client-key-0123456789";
const options = { ownerKey, apiKey: undefined, host: "127.0.0.1", allowedHosts: [] };
const open = new Access(options);
const keyed = new Access({ ...options, apiKey });

const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof LabError) return error.code;
    throw error;
  }
  return "accepted";
};
const shown = ({ name, scopes, isOwner }: Identity): unknown => [name, [...scopes], isOwner];

describe("Access", () => {
  it("lets one key only name files: that of the state file, at this listener", () => {
    const passes = new PassBook();
    const { key } = passes.create({ name: "Ann", scopes: ["owner"] });
    const access = new Access({ ...options, apiKey, passes });
    const mayName = (with_: string): boolean | undefined => access.identify({ "x-api-key": with_ }).mayNameFiles;
    expect([ownerKey, apiKey, key].map(mayName)).to.deep.equal([true, undefined, undefined]);
    expect(open.identify({}).mayNameFiles, "without a key").to.equal(undefined);
    const published = new PublishedAccess(passes, new PublicHost());
    expect(codeOf(() => published.identify({ "x-api-key": ownerKey }))).to.equal("invalid_api_key");
  });

  it("takes a caller without a key for local where no key is set", () => {
    expect(shown(open.identify({}))).to.deep.equal(["local", ["infer", "manage"], false]);
  });

  it("refuses a caller without a key where one is set", () => {
    expect(codeOf(() => keyed.identify({}))).to.equal("missing_api_key");
    expect(codeOf(() => keyed.identify({ authorization: "Bearer " }))).to.equal("missing_api_key");
    expect(codeOf(() => keyed.identify({ authorization: "Basic dXNlcjpwYXNz" }))).to.equal("missing_api_key");
    expect(codeOf(() => keyed.identify({ cookie: `key=${apiKey}` }))).to.equal("missing_api_key");
  });

  it("knows the client's key from either header", () => {
    const expected = ["api-key", ["infer", "manage"], false];
    expect(shown(keyed.identify({ authorization: `Bearer ${apiKey}` }))).to.deep.equal(expected);
    expect(shown(keyed.identify({ authorization: `bearer  ${apiKey} ` }))).to.deep.equal(expected);
    expect(shown(keyed.identify({ "x-api-key": apiKey }))).to.deep.equal(expected);
    expect(shown(keyed.identify({ "x-api-key": apiKey, authorization: `Bearer ${apiKey}` }))).to.deep.equal(expected);
  });

  it("gives the owner key every scope, with and without a client's key", () => {
    const expected = ["owner", ["infer", "manage", "owner"], true];
    expect(shown(open.identify({ "x-api-key": ownerKey }))).to.deep.equal(expected);
    expect(shown(keyed.identify({ authorization: `Bearer ${ownerKey}` }))).to.deep.equal(expected);
  });

  for (const [what, key] of [
    ["of another length", "x"],
    ["of the same length", `${apiKey.slice(0, -1)}8`],
    ["that is only the beginning", apiKey.slice(0, -1)],
    ["with more behind it", `${apiKey}x`],
  ] as const) {
    it(`refuses a wrong key ${what}, and takes it for none where none is needed`, () => {
      expect(codeOf(() => keyed.identify({ "x-api-key": key }))).to.equal("invalid_api_key");
      expect(open.identify({ authorization: `Bearer ${key}` }).name).to.equal("local");
    });
  }

  it("refuses a key that a lab made and that opens nothing, even where none is needed", () => {
    for (const kind of ["owner", "pass", "pub", "check"]) {
      expect(codeOf(() => open.identify({ "x-api-key": newKey(`lab_${kind}_`) }))).to.equal("invalid_api_key");
    }
  });

  it("does not take a made-up key beside a real one", () => {
    const headers = { "x-api-key": ownerKey, authorization: "Bearer made-up" };
    expect(codeOf(() => open.identify(headers))).to.equal("invalid_api_key");
  });

  it("compares every key it has in constant time, also behind the one that fits", () => {
    const { timingSafeEqual } = crypto;
    let compared = 0;
    try {
      crypto.timingSafeEqual = (first, second) => {
        compared += 1;
        return timingSafeEqual(first, second);
      };
      syncBuiltinESMExports();
      keyed.identify({ "x-api-key": ownerKey });
    } finally {
      crypto.timingSafeEqual = timingSafeEqual;
      syncBuiltinESMExports();
    }
    expect(compared).to.equal(2);
  });

  it("makes callers of the engine of this machine's own keys, one for the queue", () => {
    const callers: Caller[] = [open.identify({}), keyed.identify({ "x-api-key": apiKey })];
    callers.push(keyed.identify({ "x-api-key": ownerKey }));
    expect(callers.map(({ key, isOwner }) => [key, isOwner])).to.deep.equal([
      ["home", false],
      ["home", false],
      ["home", true],
    ]);
    expect(callers.map(({ mayManage, models, tokenBudget }) => [mayManage, models, tokenBudget])).to.deep.equal(
      callers.map(() => [true, null, undefined]),
    );
  });

  it("refuses two keys of different people", () => {
    expect(codeOf(() => keyed.identify({ "x-api-key": apiKey, authorization: `Bearer ${ownerKey}` }))).to.equal(
      "invalid_api_key",
    );
    expect(codeOf(() => keyed.identify({ "x-api-key": "wrong", authorization: `Bearer ${apiKey}` }))).to.equal(
      "invalid_api_key",
    );
  });

  it("says nothing of any key in its errors", () => {
    try {
      keyed.identify({ "x-api-key": "a-secret-typed-wrong" });
    } catch (error) {
      expect(String(error)).to.not.match(/a-secret|0123456789/);
    }
  });
});

describe("checkBinding", () => {
  it("lets a server without a key listen on loopback", () => {
    for (const host of ["127.0.0.1", "127.0.0.2", "localhost", "LocalHost", "::1"])
      checkBinding({ host, apiKey: undefined, allowedHosts: ["lab.lan", "*.hub.example", "x-*.app.github.dev"] });
  });

  it("refuses to listen anywhere else without a key, and says what to do", () => {
    for (const host of ["0.0.0.0", "::", "192.168.1.5", "lab.lan", "127.evil.example"]) {
      expect(() => checkBinding({ host, apiKey: undefined, allowedHosts: [] }))
        .to.throw(LabError, /Set LOCALLAB_API_KEY to 16 or more characters, or listen on 127\.0\.0\.1/)
        .with.property("param", "host");
      checkBinding({ host, apiKey, allowedHosts: [] });
    }
  });

  it("refuses to answer to everybody's names without a key, and says what to do", () => {
    for (const name of ["*", "*.org", "lab*", "a.example.*"]) {
      const settings = { host: "127.0.0.1", allowedHosts: ["lab.lan", name] };
      expect(() => checkBinding({ ...settings, apiKey: undefined }))
        .to.throw(LabError, `has "${name}"`)
        .with.property("param", "allowedHosts");
      checkBinding({ ...settings, apiKey });
    }
  });
});
