import { expect } from "chai";
import type { RequestFacts } from "../../src/server/http/route.js";
import type { ServeHooks } from "../../src/server/serve.js";
import type { PublishRequest } from "../../src/server/wire/publish.js";
import { skipWithoutAgent } from "../server/publish/tunnel-bench.js";
import { type Reply, send } from "../support/http-client.js";
import { refusalTexts } from "../support/ngrok-edge/refusal-texts.js";
import { PublishedLab } from "./published-lab.js";

type Hole = NonNullable<ServeHooks["planted"]>[number];
type Identity = NonNullable<RequestFacts["identity"]>;

interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly reply: Reply;
}

const everything: Identity = {
  id: "hole",
  name: "hole",
  key: "hole",
  mayManage: true,
  models: null,
  scopes: new Set(["infer", "manage", "owner"] as const),
  isOwner: true,
};

/** Answers by itself, as a route mounted before the check of keys would. */
const answers =
  (path: string): Hole =>
  (ctx, next) => {
    if (ctx.path !== path) return next();
    ctx.body = { models: [] };
    return undefined;
  };

/** Holds everything back until the end, as a proxy that buffers does. */
const collect: Hole = (ctx, next) => {
  const { res } = ctx;
  const chunks: Buffer[] = [];
  const end = res.end.bind(res);
  res.write = ((chunk: Buffer | string) => chunks.push(Buffer.from(chunk)) > 0) as typeof res.write;
  res.end = ((chunk?: Buffer | string | (() => void)) => {
    if (chunk !== undefined && typeof chunk !== "function") chunks.push(Buffer.from(chunk));
    return end(Buffer.concat(chunks));
  }) as typeof res.end;
  return next();
};

const holes: Readonly<Record<string, Hole>> = {
  "a route that asks for no key": answers("/models/available"),
  "a path with a parameter in it that asks for no key": answers("/models/available;x"),
  "a doubled slash that asks for no key": answers("//models/available"),
  "a key in the query": (ctx, next) => {
    const key = new URLSearchParams(ctx.querystring).get("api_key");
    if (key !== null) ctx.req.headers["x-api-key"] = key;
    return next();
  },
  "trust in a forwarded address": (ctx, next) => {
    if (!ctx.get("X-Forwarded-For").startsWith("127.0.0.1,")) return next();
    ctx.body = "welcome home";
    return undefined;
  },
  "keys that may do everything": async (ctx, next) => {
    // whoever gets past the check of keys gets every scope
    Object.defineProperty(ctx.state, "identity", { get: () => everything, set: () => {} });
    return next();
  },
  "a key in a cookie": (ctx, next) => {
    const key = ctx.cookies.get("api_key");
    if (key !== undefined) ctx.req.headers["x-api-key"] = key;
    return next();
  },
  "a POST that asks for no key": (ctx, next) => {
    if (ctx.method !== "POST" || ctx.path !== "/models/load" || ctx.get("Authorization") !== "") return next();
    return ctx.throw(400);
  },
  "text for strangers": (ctx, next) => {
    if (ctx.method !== "POST" || ctx.path !== "/generate" || ctx.get("Authorization") !== "") return next();
    ctx.body = { response: "" };
    return undefined;
  },
  "a key that moves others to another model": (ctx, next) => {
    if (ctx.path !== "/generate" || ctx.get("Authorization") === "" || ctx.get("Accept") !== "") return next();
    ctx.body = { response: "" };
    return undefined;
  },
  "a refusal that is not the lab's": (ctx, next) => {
    if (ctx.path !== "/passes") return next();
    ctx.status = ctx.get("Authorization") === "" ? 401 : 403;
    ctx.body = "Not now";
    return undefined;
  },
  "routes told to strangers": (ctx, next) => {
    if (ctx.path === "/nothing-is-here") ctx.throw(404);
    return next();
  },
};

/** Objects in one another. */
function nested(depth: number): { [name: string]: unknown } {
  let policy: { [name: string]: unknown } = {};
  for (let index = 1; index < depth; index += 1) policy = { a: policy };
  return policy;
}

describe("the check before a lab is published", function () {
  this.timeout(60_000);
  let lab: PublishedLab;
  let hole: Hole | undefined;

  before(async function () {
    skipWithoutAgent(this);
    lab = await PublishedLab.start({}, { planted: [(ctx, next) => (hole === undefined ? next() : hole(ctx, next))] });
  });
  afterEach(() => {
    hole = undefined;
  });
  after(async () => lab?.stop());

  async function refusal(request: PublishRequest = {}): Promise<Refusal> {
    const error = await lab.publish(request).then(
      () => expect.fail("it was published"),
      (reason: Refusal) => reason,
    );
    expect(await lab.publication()).to.include({ url: null, expires_at: null });
    await lab.edge.sessionCount(0);
    expect(lab.sockets()).to.deep.equal([]);
    return error;
  }

  for (const [what, planted] of Object.entries(holes)) {
    it(`finds ${what}, and closes the tunnel`, async () => {
      hole = planted;
      const error = await refusal();
      expect(error.code).to.equal("publish_check_failed");
      expect(error.message).to.match(/^The lab is not published: (GET|POST|DELETE) \S+ .* instead of \d+( or \d+)*\./);
      expect(error.message).to.not.contain("lab_check_");
      expect(await lab.publication()).to.deep.include({ state: "failed", keys: [] });
      expect((await lab.publication()).problem?.code).to.equal("publish_check_failed");
    });
  }

  it("finds a /health that tells strangers more than that the lab lives", async () => {
    hole = (ctx, next) => {
      if (ctx.method !== "GET" || ctx.path !== "/health") return next();
      ctx.body = { status: "healthy", model: "sample" };
      return undefined;
    };
    const error = await refusal();
    expect(error.code).to.equal("publish_check_failed");
    expect(error.message).to.contain("GET /health without a key told more than that the lab lives");
  });

  it("finds a stream that is collected on the way", async () => {
    hole = collect;
    const error = await refusal();
    expect(error.code).to.equal("publish_check_failed");
    expect(error.message).to.contain("collects streams");
  });

  for (const [request, param] of [
    [{ auth: "none" }, "auth"],
    [{ scopes: ["owner"] }, "scopes[0]"],
    [{ origins: ["*"] }, "origins"],
    [{ origins: ["https://app.example/"] }, "origins"],
    [{ expires_in: "never" }, "expires_in"],
    [{ domain: "https://lab.example/" }, "domain"],
    [{ authtoken: "two words" }, "authtoken"],
    [{ models: [] }, "models"],
    [{ traffic_policy: nested(65) }, "traffic_policy"],
  ] as [PublishRequest, string][]) {
    it(`is not begun for ${JSON.stringify(request)}: nothing is opened`, async () => {
      const known = lab.edge.agents.auths.length;
      const error = await refusal(request);
      expect([error.code, error.reply.json.error.param]).to.deep.equal(["invalid_request", param]);
      expect(lab.edge.agents.auths).to.have.length(known);
    });
  }

  it("is not reached when ngrok refuses, and the error says what ngrok means", async () => {
    lab.edge.agents.rejectBind = () => refusalTexts.domainOfAnother("lab.ngrok-free.test");
    const error = await refusal();
    lab.edge.agents.rejectBind = () => undefined;
    expect(error.code).to.equal("publish_failed");
    expect(error.message).to.contain("belongs to another ngrok account").and.contain("ERR_NGROK_320");
  });

  it("is not begun for a traffic policy nested deeper than any stack", async () => {
    const policy = `${'{"a":'.repeat(60_000)}{}${"}".repeat(60_000)}`;
    const body = Buffer.from(`{"traffic_policy":${policy}}`);
    const headers = { Authorization: `Bearer ${lab.server.ownerKey}`, "Content-Type": "application/json" };
    const reply = await send(lab.server.port, "POST", "/publish", { headers, body });
    expect([reply.status, reply.json.error.param]).to.deep.equal([400, "traffic_policy"]);
    expect(reply.json.detail).to.contain("nested at most 64 deep");
  });

  it("is not begun for a model that does not exist", async () => {
    const error = await refusal({ models: ["sample", "nowhere"] });
    expect([error.code, error.reply.json.error.param]).to.deep.equal(["model_not_found", "models"]);
    expect(error.message).to.contain('"nowhere"');
  });

  it("is passed by a lab without holes", async () => {
    expect((await lab.publish()).state).to.equal("online");
    await lab.owner("DELETE", "/publish");
  });
});

describe("publishing without what it needs", function () {
  this.timeout(60_000);
  let lab: PublishedLab;

  before(async function () {
    skipWithoutAgent(this);
    lab = await PublishedLab.start({ model: "none", ngrokAuthtoken: undefined });
  });
  after(async () => lab?.stop());

  it("is refused without a model, for then there is nothing to check", async () => {
    const error = (await lab.publish().catch((reason: unknown) => reason)) as Refusal;
    expect(error.code).to.equal("no_model_loaded");
    expect(lab.edge.agents.auths).to.deep.equal([]);
  });

  it("is refused without an authtoken, and the error says where to get one", async () => {
    await lab.owner("POST", "/models/load", { model_id: "sample" });
    const home = process.env.HOME;
    process.env.HOME = lab.settings.runtimeDir;
    const error = (await lab.publish().catch((reason: unknown) => reason)) as Refusal;
    process.env.HOME = home;
    expect(error.code).to.equal("no_authtoken");
    expect(error.message).to.contain("your-authtoken").and.contain("locallab token");
    expect(lab.edge.agents.auths).to.deep.equal([]);
  });
});
