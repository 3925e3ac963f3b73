/** Who gets in: hosts, keys, scopes, methods and paths, on every route there is. */
import { expect } from "chai";
import { refusalOfPage } from "../../../src/server/http/gate.js";
import { routes } from "../../../src/server/http/routes.js";
import { apiKey, type Door, openDoor, ownerKey } from "../../support/http-client.js";

const pathOf = (path: string): string => path.replace(":id", "req_0000000000000000");
const withKey = { "X-API-Key": apiKey };

describe("the doors of a server with a key", () => {
  let door: Door;
  before(async () => {
    door = await openDoor({ settings: { apiKey } });
  });
  after(() => door.close());

  for (const route of routes) {
    const path = pathOf(route.path);
    for (const method of ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"]) {
      const isPublic = route.scope === "public" && (method === "GET" || method === "HEAD");
      it(`answers ${method} ${path} without a key with ${isPublic ? 200 : 401}`, async () => {
        const { status, headers } = await door.send(method, path);
        expect(status).to.equal(isPublic ? 200 : 401);
        if (!isPublic) expect(headers["www-authenticate"]).to.equal('Bearer realm="locallab"');
      });
    }
  }

  it("opens / and /health alone to the public, and tells it nothing more than what it is and that it lives", async () => {
    expect(routes.filter(({ scope }) => scope === "public").map(({ path }) => path)).to.deep.equal(["/", "/health"]);
    expect((await door.send("GET", "/")).text).to.equal('{"name":"LocalLab"}');
    expect((await door.send("GET", "/health")).text).to.equal('{"status":"healthy"}');
    expect((await door.send("GET", "/health", { headers: withKey })).json).to.include({
      state: "ready",
      model: "fake",
    });
  });

  it("refuses a wrong key even at /health", async () => {
    const { status, json } = await door.send("GET", "/health", { headers: { "X-API-Key": "wrong" } });
    expect([status, json.error.code]).to.deep.equal([401, "invalid_api_key"]);
  });

  for (const path of [
    "/nothing",
    "//health",
    "/health/",
    "/HEALTH",
    "/%68ealth",
    "/health;x",
    "/health%2F",
    "/./health",
    "/models/../health",
    `/generate?api_key=${apiKey}`,
    `/models/current?key=${apiKey}&access_token=${apiKey}`,
  ]) {
    it(`does not let a stranger past with ${path}`, async () => {
      expect((await door.send("GET", path)).status).to.equal(401);
    });
  }

  it("does not let a stranger past with another method in a header", async () => {
    const headers = { "X-HTTP-Method-Override": "GET", "X-Forwarded-For": "127.0.0.1", Cookie: `key=${apiKey}` };
    expect((await door.send("POST", "/health", { headers })).status).to.equal(401);
    expect((await door.send("GET", "/models/current", { headers })).status).to.equal(401);
  });

  it("lets the key in from either header", async () => {
    const bearer = { Authorization: `Bearer ${apiKey}` };
    expect((await door.send("GET", "/models/current", { headers: bearer })).status).to.equal(200);
    expect((await door.send("GET", "/models/current", { headers: withKey })).status).to.equal(200);
    expect((await door.send("GET", "/models/current", { headers: { "X-API-Key": ownerKey } })).status).to.equal(200);
  });
});

describe("the doors of a server without a key", () => {
  let door: Door;
  before(async () => {
    door = await openDoor();
  });
  after(() => door.close());

  it("answers with an id of its own, whatever the client calls its request", async () => {
    const { headers } = await door.send("GET", "/health", { headers: { "X-Request-Id": "mine\t" } });
    expect(headers["x-request-id"]).to.match(/^req_[\w-]{16}$/);
  });

  for (const [method, path, status] of [
    ["GET", "/health", 200],
    ["GET", "/nothing", 404],
    ["PUT", "/health", 405],
    ["POST", "/generate", 400],
  ] as const) {
    it(`sends security headers and no CORS with ${status}`, async () => {
      const reply = await door.send(method, path, { headers: { Origin: `http://127.0.0.1:${door.port}` } });
      expect(reply.status).to.equal(status);
      expect(reply.headers).to.include({
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
      });
      expect(Object.keys(reply.headers).filter((name) => name.startsWith("access-control"))).to.deep.equal([]);
      expect(reply.headers["x-request-id"]).to.match(/^req_/);
    });
  }

  it("answers a preflight of its own pages without allowing anything", async () => {
    const headers = { Origin: `http://127.0.0.1:${door.port}`, "Access-Control-Request-Method": "POST" };
    const reply = await door.send("OPTIONS", "/generate", { headers });
    expect([reply.status, reply.headers.allow]).to.deep.equal([204, "POST, OPTIONS"]);
    expect(reply.headers["access-control-allow-origin"]).to.equal(undefined);
  });

  for (const headers of [
    { Origin: "https://evil.example" },
    { Origin: "null" },
    { Origin: "http://127.0.0.1:8888" },
    { Origin: "http://localhost" },
    { "Sec-Fetch-Site": "cross-site" },
    { "Sec-Fetch-Site": "same-site" },
  ] as Record<string, string>[]) {
    it(`lets no page with ${JSON.stringify(headers)} change anything, also without a body`, async () => {
      const reply = await door.send("POST", "/models/unload", { headers });
      expect([reply.status, reply.json.error.code]).to.deep.equal([403, "insufficient_scope"]);
      expect(door.models.model).to.not.equal(null);
      expect((await door.send("GET", "/health", { headers })).status).to.equal(200);
    });
  }

  for (const host of ["evil.example", "127.0.0.1.evil.example:80", "10.0.0.1"]) {
    it(`answers the Host "${host}" with 421`, async () => {
      const { status, json } = await door.send("GET", "/health", { headers: { Host: host } });
      expect([status, json.error.code]).to.deep.equal([421, "misdirected_host"]);
    });
  }

  it("says which name it does not answer to, and where to add it", async () => {
    const ask = async (Host: string): Promise<string> =>
      (await door.send("GET", "/health", { headers: { Host } })).json.error.message;
    expect(await ask("jupyter.example.org:443"))
      .to.include('"jupyter.example.org:443"')
      .and.include("allowedHosts of startLab")
      .and.include("LOCALLAB_ALLOWED_HOSTS");
    expect(await ask("<b>evil</b>"))
      .to.include("the name in the Host header")
      .and.not.include("evil");
  });

  it("answers an empty Host with 421", async () => {
    expect(await door.raw("GET /health HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n")).to.match(/^HTTP\/1\.1 421 /);
  });

  it("lets HTTP/1.0 do without a Host for a health check alone", async () => {
    expect(await door.raw("GET /health HTTP/1.0\r\n\r\n")).to.match(/^HTTP\/1\.1 200 /);
    expect(await door.raw("GET /models/current HTTP/1.0\r\n\r\n")).to.match(/^HTTP\/1\.1 421 /);
    expect(await door.raw("POST /health HTTP/1.0\r\n\r\n")).to.match(/^HTTP\/1\.1 421 /);
  });

  for (const [what, lines, status, code] of [
    ["no Host", ["Connection: close"], 400, "invalid_request"],
    ["two Hosts", ["Host: localhost", "Host: localhost", "Connection: close"], 400, "invalid_request"],
    [
      "a foreign Host behind ours",
      ["Host: localhost", "host: evil.example", "Connection: close"],
      400,
      "invalid_request",
    ],
    ["an unknown expectation", ["Host: localhost", "Expect: x", "Connection: close"], 417, "unsupported_expectation"],
  ] as const) {
    it(`answers ${what} with ${status}, an id and a reason`, async () => {
      const reply = await door.raw(`GET /health HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
      expect(reply).to.match(new RegExp(`^HTTP/1\\.1 ${status} `));
      expect(reply).to.match(/\r\nX-Request-Id: req_/i);
      expect(JSON.parse(reply.split("\r\n\r\n")[1] ?? "").error.code).to.equal(code);
    });
  }

  it("goes by the name in the target where there is one", async () => {
    const line = (target: string): string => `GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;
    expect(await door.raw(line("http://evil.example/health"))).to.match(/^HTTP\/1\.1 421 /);
    expect(await door.raw(line(`http://localhost:${door.port}/health`))).to.match(/^HTTP\/1\.1 200 /);
  });

  it("answers an unknown path with 404 and another method with 405, as JSON", async () => {
    const unknown = await door.send("GET", "/v2/nothing");
    expect([unknown.status, unknown.json.error.code]).to.deep.equal([404, "not_found"]);
    const other = await door.send("DELETE", "/generate");
    expect([other.status, other.json.error.code, other.headers.allow]).to.deep.equal([
      405,
      "method_not_allowed",
      "POST, OPTIONS",
    ]);
    expect((await door.send("POST", "/health")).headers.allow).to.equal("HEAD, GET, OPTIONS");
  });

  it("answers HEAD like GET, without the body", async () => {
    const { status, text, headers } = await door.send("HEAD", "/models/current");
    expect([status, text]).to.deep.equal([200, ""]);
    expect(Number(headers["content-length"])).to.be.above(10);
    expect((await door.send("HEAD", "/generate")).status).to.equal(405);
  });

  it("takes a WebSocket for what it is: a path that is not there", async () => {
    const headers = {
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    };
    expect((await door.send("GET", "/ws", { headers })).status).to.equal(404);
  });

  it("reveals nothing of an error nobody foresaw, and logs it once under the request's id", async () => {
    door.models.refusal = new Error("secret of the inside");
    const { status, text, json, headers } = await door.post("/generate", { prompt: "x" });
    door.models.refusal = undefined;
    expect([status, json.error.code, text.includes("secret")]).to.deep.equal([500, "internal_error", false]);
    const entries = door.logged.filter(({ level }) => level === "error");
    expect(entries.map(({ fields }) => fields.request)).to.deep.equal([headers["x-request-id"]]);
  });
});

describe("refusalOfPage", () => {
  const named = "https://app.example";
  for (const [method, origin, site, refused] of [
    ["GET", "https://evil.example", "cross-site", false],
    ["HEAD", "null", "cross-site", false],
    ["POST", undefined, undefined, false],
    ["POST", undefined, "none", false],
    ["POST", undefined, "same-origin", false],
    ["POST", undefined, "same-site", true],
    ["DELETE", undefined, "cross-site", true],
    ["POST", named, "cross-site", false],
    ["OPTIONS", named, "cross-site", false],
    ["POST", "https://evil.example", "cross-site", true],
    ["POST", "https://evil.example", "same-origin", true],
    ["OPTIONS", "https://evil.example", undefined, true],
    ["PUT", "null", undefined, true],
  ] as const) {
    it(`${refused ? "refuses" : "lets pass"} ${method} of ${origin ?? "no page"}, ${site ?? "no site"}`, () => {
      const reason = refusalOfPage(method, { origin, "sec-fetch-site": site }, (one) => one === named);
      expect(reason !== undefined).to.equal(refused);
    });
  }
});
