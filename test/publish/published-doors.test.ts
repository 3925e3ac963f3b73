/** What strangers and holders of keys get at the public address, on every route there is. */
import { expect } from "chai";
import { routes } from "../../src/server/http/routes.js";
import { skipWithoutAgent } from "../server/publish/tunnel-bench.js";
import { PublishedLab } from "./published-lab.js";

const pathOf = (path: string): string => path.replace(":id", "none");
const methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"];

describe("the doors of a published lab", function () {
  this.timeout(60_000);
  let lab: PublishedLab;
  let key: string;

  before(async function () {
    skipWithoutAgent(this);
    lab = await PublishedLab.start();
    key = (await lab.publish()).key as string;
  });
  after(async () => lab?.stop());

  for (const route of routes) {
    const path = pathOf(route.path);
    for (const method of methods) {
      const isPublic = route.scope === "public" && (method === "GET" || method === "HEAD");
      it(`answers ${method} ${path} without a key with ${isPublic ? 200 : 401}`, async () => {
        expect((await lab.visit(method, path)).status).to.equal(isPublic ? 200 : 401);
      });
    }
    if (route.scope === "infer" || route.scope === "public") continue;
    it(`answers ${route.method} ${path} with a key for "infer" with 403`, async () => {
      const { status, json } = await lab.visit(route.method, path, { key });
      expect([status, json.error.code]).to.deep.equal([403, "insufficient_scope"]);
    });
  }

  it("tells the public that it lives, and nothing more", async () => {
    expect((await lab.visit("GET", "/health")).text).to.equal('{"status":"healthy"}');
  });

  for (const path of [
    "/nothing",
    "//models/available",
    "/models/available/",
    "/MODELS/AVAILABLE",
    "/%6dodels/available",
    "/models%2Favailable",
    "/health/%2e%2e/models/available",
    "/health/../models/available",
    "/health;x",
    "/models/available;x",
  ]) {
    it(`does not let a stranger past with ${path}`, async () => {
      expect((await lab.visit("GET", path)).status).to.equal(401);
    });
  }

  it("does not take a key from the query or a cookie", async () => {
    const headers = { Cookie: `api_key=${key}; Authorization=Bearer ${key}` };
    expect((await lab.visit("GET", `/models/available?api_key=${key}&key=${key}`, { headers })).status).to.equal(401);
  });

  it("takes the key from either header, and nobody's word for another method or address", async () => {
    expect((await lab.visit("GET", "/models/available", { key })).status).to.equal(200);
    expect((await lab.visit("GET", "/models/available", { headers: { "X-API-Key": key } })).status).to.equal(200);
    const headers = { "X-HTTP-Method-Override": "GET", "X-Forwarded-For": "127.0.0.1" };
    expect((await lab.visit("POST", "/health", { headers })).status).to.equal(401);
    expect((await lab.visit("GET", "/models/available", { headers })).status).to.equal(401);
  });

  it("is not opened by the owner's own key", async () => {
    expect((await lab.visit("GET", "/publish", { key: lab.server.ownerKey })).status).to.equal(401);
  });

  it("refuses a WebSocket, from a stranger and from a holder of a key", async () => {
    const headers = {
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    };
    const port = Number(new URL(lab.edge.publicUrl).port);
    expect(port).to.be.above(0);
    expect((await lab.visit("GET", "/models/available", { headers })).status).to.equal(401);
    expect((await lab.visit("GET", "/models/available", { headers, key })).status).to.equal(400);
  });

  it("refuses a body of 20 MiB with 413", async () => {
    const body = Buffer.alloc(20 * 1024 * 1024, " ");
    const headers = { "Content-Type": "application/json" };
    const { status, json } = await lab.visit("POST", "/generate", { key, headers, body });
    expect([status, json.error.code]).to.deep.equal([413, "body_too_large"]);
  });

  it("refuses JSON that calls itself text", async () => {
    const headers = { "Content-Type": "text/plain" };
    expect((await lab.visit("POST", "/generate", { key, headers, body: '{"prompt":"x"}' })).status).to.equal(415);
  });

  for (const origin of ["https://evil.example", "null"]) {
    it(`allows nothing to a page of ${origin}`, async () => {
      const preflight = { Origin: origin, "Access-Control-Request-Method": "POST" };
      const asked = await lab.visit("OPTIONS", "/generate", { headers: preflight });
      const read = await lab.visit("GET", "/models/available", { key, headers: { Origin: origin } });
      const sent = await lab.visit("POST", "/generate", { key, headers: { Origin: origin }, body: { prompt: "x" } });
      for (const { headers } of [asked, read, sent]) {
        expect(Object.keys(headers).filter((name) => name.startsWith("access-control"))).to.deep.equal([]);
      }
      expect(sent.status).to.equal(403);
    });
  }

  it("limits a key to bursts of ten, whatever address it claims to come from", async () => {
    const { key: other } = await lab.pass({ name: "in a hurry" });
    const bursts = Array.from({ length: 14 }, (_, index) =>
      lab.visit("POST", "/generate", {
        key: other,
        headers: { "X-Forwarded-For": `203.0.113.${index}` },
        body: { prompt: "x", max_length: 1 },
      }),
    );
    const replies = await Promise.all(bursts);
    const refused = replies.filter(({ status }) => status === 429);
    expect(refused.length).to.be.within(1, 4);
    expect(Number(refused[0]?.headers["retry-after"])).to.be.at.least(1);
    expect(refused[0]?.json.error.code).to.equal("rate_limited");
  });
});
