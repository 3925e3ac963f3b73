/** What the bare address says, and what /health says to whom. */
import { expect } from "chai";
import { routes } from "../../../src/server/http/routes.js";
import { apiKey, ownerKey } from "../../support/http-client.js";
import { openWholeDoor, type WholeDoor } from "../../support/whole-door.js";

describe("the bare address", () => {
  let door: WholeDoor;
  before(async () => {
    door = await openWholeDoor();
  });
  after(() => door.close());

  it("names itself, its version and every route to a program", async () => {
    for (const accept of ["*/*", "application/json", "application/json, text/plain, */*"]) {
      const { json } = await door.send("GET", "/", { headers: { Accept: accept } });
      expect(json).to.include({ name: "LocalLab", version: "0.0.0-test" });
      expect(
        json.routes.map(({ method, path }: { method: string; path: string }) => `${method} ${path}`),
      ).to.deep.equal(routes.map(({ method, path }) => `${method} ${path}`));
    }
  });

  it("answers a browser and a terminal in lines", async () => {
    for (const accept of ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/plain"]) {
      const { headers, text } = await door.send("GET", "/", { headers: { Accept: accept } });
      expect(headers["content-type"]).to.equal("text/plain; charset=utf-8");
      expect(text).to.match(/^LocalLab.*\nVersion 0\.0\.0-test\..*\n\n/);
      for (const { path, summary } of routes) expect(text).to.contain(path).and.to.contain(summary);
    }
  });

  it("has a HEAD without a body", async () => {
    const { status, text } = await door.send("HEAD", "/");
    expect([status, text]).to.deep.equal([200, ""]);
  });

  it("tells no secret", async () => {
    const { text } = await door.send("GET", "/", { headers: { Authorization: `Bearer ${ownerKey}` } });
    expect(text)
      .to.not.contain(ownerKey)
      .and.not.match(/lab_(owner|pass)_/);
  });
});

describe("GET /health", () => {
  let door: WholeDoor;
  before(async () => {
    door = await openWholeDoor({ settings: { apiKey }, parts: { startedAt: performance.now() - 5_000 } });
  });
  after(() => door.close());

  const as = async (key: string): Promise<{ holders: number | null; uptime_seconds: number }> =>
    (await door.send("GET", "/health", { headers: { "X-API-Key": key } })).json;

  it("tells how many notebooks hold the server to the owner alone", async () => {
    const pass = door.passes.create({ name: "Ann", scopes: ["infer", "manage"] });
    expect((await as(ownerKey)).holders).to.equal(3);
    for (const key of [apiKey, pass.key]) expect((await as(key)).holders).to.equal(null);
  });

  it("tells its age in seconds", async () => {
    expect((await as(apiKey)).uptime_seconds).to.be.within(5, 60);
  });
});
