import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { LabState } from "../../src/server/http/route.js";
import type { ServeHooks } from "../../src/server/serve.js";
import type { Settings } from "../../src/server/settings.js";
import type { PublishRequest } from "../../src/server/wire/publish.js";
import { skipWithoutAgent } from "../server/publish/tunnel-bench.js";
import { refusalTexts } from "../support/ngrok-edge/refusal-texts.js";
import { PublishedLab } from "./published-lab.js";

type Hole = NonNullable<ServeHooks["planted"]>[number];
type Identity = NonNullable<LabState["identity"]>;

const everything: Identity = {
  id: "hole",
  name: "hole",
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
  "routes told to strangers": (ctx, next) => {
    if (ctx.path === "/nothing-is-here") ctx.throw(404);
    return next();
  },
};

describe("the check before a lab is published", function () {
  this.timeout(60_000);
  let lab: PublishedLab | undefined;

  before(function () {
    skipWithoutAgent(this);
  });
  afterEach(async () => {
    await lab?.stop();
    lab = undefined;
  });

  async function refusal(
    started: PublishedLab,
    request: PublishRequest = {},
  ): Promise<{ code: string; message: string }> {
    lab = started;
    const error = await lab.publish(request).then(
      () => expect.fail("it was published"),
      (reason: { code: string; message: string }) => reason,
    );
    expect(await lab.publication()).to.include({ url: null, expires_at: null });
    await lab.edge.sessionCount(0);
    expect(existsSync(join(lab.settings.runtimeDir, "default.sock"))).to.equal(false);
    return error;
  }

  for (const [what, hole] of Object.entries(holes)) {
    it(`finds ${what}, and closes the tunnel`, async () => {
      const error = await refusal(await PublishedLab.start({}, { planted: [hole] }));
      expect(error.code).to.equal("publish_check_failed");
      expect(error.message).to.match(/^The lab is not published: (GET|POST|DELETE) \S+ .* instead of \d+\./);
      expect(error.message).to.not.contain("lab_check_");
      expect((await lab?.publication())?.problem?.code).to.equal("publish_check_failed");
    });
  }

  it("finds a stream that is collected on the way", async function () {
    this.timeout(40_000);
    const collect: Hole = async (ctx, next) => {
      const { res } = ctx;
      const chunks: Buffer[] = [];
      const end = res.end.bind(res);
      res.write = ((chunk: Buffer | string) => chunks.push(Buffer.from(chunk)) > 0) as typeof res.write;
      res.end = ((chunk?: Buffer | string) => {
        if (chunk !== undefined && typeof chunk !== "function") chunks.push(Buffer.from(chunk));
        return end(Buffer.concat(chunks));
      }) as typeof res.end;
      return next();
    };
    const error = await refusal(await PublishedLab.start({}, { planted: [collect] }));
    expect(error.message).to.contain("collects streams");
  });

  it("is not begun without a model", async () => {
    expect((await refusal(await PublishedLab.start({ model: "none" }))).code).to.equal("no_model_loaded");
    expect(lab?.edge.agents.auths).to.deep.equal([]);
  });

  for (const [request, param] of [
    [{ auth: "none" }, "auth"],
    [{ scopes: ["owner"] }, "scopes[0]"],
    [{ origins: ["*"] }, "origins"],
    [{ origins: ["https://app.example/"] }, "origins"],
    [{ expires_in: "never" }, "expires_in"],
    [{ domain: "https://lab.example/" }, "domain"],
    [{ authtoken: "two words" }, "authtoken"],
  ] as [PublishRequest, string][]) {
    it(`is not begun for ${JSON.stringify(request)}: no door is opened`, async () => {
      const error = (await refusal(await PublishedLab.start(), request)) as {
        code: string;
        reply?: { json: { error: { param: string } } };
      };
      expect(error.code).to.equal("invalid_request");
      expect(error.reply?.json.error.param).to.equal(param);
      expect(lab?.edge.agents.auths).to.deep.equal([]);
    });
  }

  it("is not reached without an authtoken, and says where to get one", async () => {
    const started = await PublishedLab.start({ ngrokAuthtoken: undefined } satisfies Partial<Settings>);
    const home = process.env.HOME;
    process.env.HOME = join(started.settings.runtimeDir, "home");
    mkdirSync(process.env.HOME);
    const error = await refusal(started).finally(() => {
      process.env.HOME = home;
    });
    expect(error.code).to.equal("no_authtoken");
    expect(error.message).to.contain("your-authtoken").and.contain("locallab token");
  });

  it("is not reached when ngrok refuses, and says what ngrok means", async () => {
    const started = await PublishedLab.start();
    started.edge.agents.rejectBind = () => refusalTexts.domainOfAnother("lab.ngrok-free.test");
    const error = await refusal(started);
    expect(error.code).to.equal("publish_failed");
    expect(error.message).to.contain("belongs to another ngrok account").and.contain("ERR_NGROK_320");
  });
});
