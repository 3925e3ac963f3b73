/**
 * Every documented parameter of every API, sent: what is honoured changes the request or the answer, what has no effect is
 * named in a warning, what is refused is named in the error. Nothing is ignored in silence.
 */
import { expect } from "chai";
import { documentedApis } from "../../../src/server/schema/parameters/documented-apis.js";
import type { Parameter } from "../../../src/server/schema/parameters/parameter.js";
import { type Door, openDoor, type Reply } from "../../support/http-client.js";

/** What differs between two replies to the same request: ids, moments, and random numbers where no seed can be sent. */
const passing =
  /"(?:\w*id|created|\w+_at|timings|seed|obfuscation)":(?:"[^"]*"|[\d.]+|\{[^{}]*\}),?|(?:msg|resp|rs|fc|req)_[\w-]+/g;

describe("documented parameters", () => {
  let door: Door;
  before(async () => {
    door = await openDoor();
  });
  after(() => door.close());

  /** What the server made of a body: the requests that reached the models, and what was answered. */
  async function madeOf(path: string, body: object): Promise<{ readonly made: string; readonly reply: Reply }> {
    const begun = door.models.requests.length;
    const reply = await door.post(path, body);
    const requests = door.models.requests.slice(begun).map(({ modelId, request }) => ({ modelId, request }));
    const hasSeed = "seed" in body;
    const asked = JSON.stringify(requests, (name, value) => (name === "seed" && !hasSeed ? undefined : value));
    return { reply, made: asked + reply.status + reply.text.replace(passing, "") };
  }

  for (const { title, path, body, parameters } of documentedApis) {
    it(`${title}: the same request is made of the same body`, async () => {
      for (const beside of [{}, { stream: true }]) {
        const sent = { ...body, ...beside };
        expect((await madeOf(path, sent)).made).to.equal((await madeOf(path, sent)).made);
      }
    });

    for (const [name, row] of Object.entries(parameters)) {
      it(`${title}: ${name} is ${row.verdict}`, async () => {
        const { beside } = row.verdict === "honoured" ? row : { beside: {} };
        const base = { ...body, ...beside };
        await expectIsAsSaid(name, row, await madeOf(path, base), await madeOf(path, { ...base, [name]: row.example }));
        if (row.verdict === "honoured") return;
        for (const neutral of [null, ...(row.unless ?? [])]) {
          const same = await madeOf(path, { ...base, [name]: neutral });
          expect([same.reply.status, same.reply.headers["x-locallab-warnings"]], JSON.stringify(neutral)).to.deep.equal(
            [200, undefined],
          );
        }
      });
    }
  }

  async function expectIsAsSaid(
    name: string,
    { verdict, what }: Parameter,
    without: { readonly made: string; readonly reply: Reply },
    sent: { readonly made: string; readonly reply: Reply },
  ): Promise<void> {
    const { reply } = sent;
    if (verdict === "refused") {
      const { param, details } = reply.json.error;
      expect([reply.status, details?.param ?? param]).to.deep.equal([400, name]);
      expect(reply.json.error.message).to.contain(what);
      return;
    }
    const warnings = String(reply.headers["x-locallab-warnings"] ?? "");
    if (verdict === "honoured") {
      expect(warnings).to.not.contain(name);
      expect(sent.made).to.not.equal(without.made);
      return;
    }
    expect([reply.status, warnings]).to.deep.equal([200, `${name} has no effect here: ${what}.`]);
  }

  it("are told of in the body, too, where its API has room for more keys", async () => {
    for (const { path, body } of documentedApis.filter(({ parameters }) => parameters.user?.verdict === "warned")) {
      const { json, headers } = await door.post(path, { ...body, user: "u" });
      expect(json.warnings, path).to.deep.equal([headers["x-locallab-warnings"]]);
    }
  });
});
