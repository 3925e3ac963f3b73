/** Models as Anthropic's clients see them. */
import { expect } from "chai";
import { fakeEntry } from "../../../support/fake-models.js";
import { type Door, openDoor, type Reply } from "../../../support/http-client.js";

describe("GET /v1/models, asked with anthropic-version", () => {
  let door: Door;
  beforeEach(async () => {
    door = await openDoor();
    door.models.entries = ["a", "org/b c", "d"].map((id) => ({ ...fakeEntry, id, name: `Model ${id}` }));
  });
  afterEach(() => door.close());

  const get = (path: string, version = "2023-06-01"): Promise<Reply> =>
    door.send("GET", path, { headers: { "anthropic-version": version } });
  const idsOf = ({ json }: Reply): string[] => json.data.map(({ id }: { id: string }) => id);

  for (const version of ["2023-06-01", "2026-10-21"]) {
    it(`lists them in that API's form, for ${version}`, async () => {
      const reply = await get("/v1/models", version);
      expect(idsOf(reply)).to.deep.equal(["a", "org/b c", "d"]);
      const [{ created_at, ...first }] = reply.json.data;
      expect(first).to.include({ type: "model", id: "a", display_name: "Model a", lifecycle: "active" });
      expect(Date.now() - Date.parse(created_at)).to.be.within(0, 60_000);
      expect(reply.json).to.include({ has_more: false, first_id: "a", last_id: "d" });
      expect(reply.headers["request-id"]).to.equal(reply.headers["x-request-id"]);
    });
  }

  it("lists them in OpenAI's form for who names no version", async () => {
    const { json } = await door.send("GET", "/v1/models");
    expect(json).to.have.all.keys("object", "data");
  });

  it("shows one, also with a slash in its name", async () => {
    for (const path of ["/v1/models/org/b%20c", "/v1/models/org%2Fb%20c"]) {
      expect((await get(path)).json).to.include({ type: "model", id: "org/b c" });
    }
    const { status, json } = await get("/v1/models/none");
    expect([status, json.error.type]).to.deep.equal([404, "not_found_error"]);
  });

  const pages = [
    ["limit=2", ["a", "org/b c"], true],
    ["limit=2&after_id=org%2Fb%20c", ["d"], false],
    ["limit=1&before_id=d", ["org/b c"], true],
    ["before_id=org%2Fb%20c", ["a"], false],
    ["after_id=d", [], false],
  ] as const;
  for (const [query, ids, more] of pages) {
    it(`gives the page ${query}`, async () => {
      const reply = await get(`/v1/models?${query}`);
      expect(idsOf(reply)).to.deep.equal(ids);
      expect(reply.json).to.include({ has_more: more, first_id: ids[0] ?? null, last_id: ids.at(-1) ?? null });
    });
  }

  for (const [query, param] of [
    ["limit=0", "limit"],
    ["limit=x", "limit"],
    ["after_id=none", "after_id"],
  ] as const) {
    it(`refuses ${query}`, async () => {
      const { status, json } = await get(`/v1/models?${query}`);
      expect([status, json.error.type, json.error.details.param]).to.deep.equal([400, "invalid_request_error", param]);
    });
  }
});
