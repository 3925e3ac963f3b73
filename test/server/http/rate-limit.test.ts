import { expect } from "chai";
import { LabError } from "../../../src/server/errors.js";
import { createRateLimit } from "../../../src/server/http/rate-limit.js";
import type { LabContext } from "../../../src/server/http/route.js";
import { apiKey, type Door, openDoor, ownerKey, type Reply } from "../../support/http-client.js";

/** A context with all that the limiter looks at, and what became of it. */
interface Asked {
  readonly sent: Record<string, string>;
  refusal?: LabError;
}

function contextOf(name: string, address: string): LabContext & Asked {
  const sent: Record<string, string> = {};
  const set = (field: string | Record<string, unknown>, value?: unknown): void => {
    for (const [key, text] of Object.entries(typeof field === "string" ? { [field]: value } : field))
      sent[key] = String(text);
  };
  const state = { identity: { id: name, name, scopes: new Set(), isOwner: name === "owner" } };
  const req = { socket: { remoteAddress: address } };
  return { sent, set, state, req, response: { get: (key: string) => sent[key] ?? "" } } as unknown as ReturnType<
    typeof contextOf
  >;
}

const passes = async (limit: ReturnType<typeof createRateLimit>, context: LabContext & Asked): Promise<boolean> => {
  let passed = false;
  await (limit.middleware as (ctx: LabContext, next: () => Promise<void>) => Promise<void>)(context, async () => {
    passed = true;
  }).catch((error: unknown) => {
    if (!(error instanceof LabError)) throw error;
    context.refusal = error;
  });
  return passed;
};

describe("createRateLimit", () => {
  it("lets 10 requests through in a second and 60 in a minute", async () => {
    const limit = createRateLimit(60_000, 20);
    let passed = 0;
    for (const end = Date.now() + 5000; passed < 60 && Date.now() < end; ) {
      if (await passes(limit, contextOf("local", "a"))) passed += 1;
    }
    expect(passed).to.equal(60);
    const refused = contextOf("local", "a");
    expect(await passes(limit, refused)).to.equal(false);
    const one = createRateLimit();
    const burst = await Promise.all(Array.from({ length: 15 }, () => passes(one, contextOf("local", "a"))));
    expect(burst.filter(Boolean)).to.have.length(10);
  });

  it("refuses the 61st request of a minute, by koa-ratelimit's count", async () => {
    // a second so short that only the minute is left to refuse
    const limit = createRateLimit(60_000, 1);
    let passed = 0;
    let context = contextOf("local", "a");
    for (const end = Date.now() + 5000; Date.now() < end; ) {
      context = contextOf("local", "a");
      if (await passes(limit, context)) passed += 1;
      else if (passed >= 60) break;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect(passed).to.equal(60);
    expect(context.refusal).to.include({ code: "rate_limited", limit: 60 });
    expect(context.refusal?.retryAfterSeconds).to.be.within(50, 60);
  });

  it("does not use up the minute with what the second refuses", async () => {
    const limit = createRateLimit(60_000, 300);
    for (let sent = 0; sent < 100; sent += 1) await passes(limit, contextOf("local", "a"));
    const context = contextOf("local", "a");
    const began = performance.now();
    while (!(await passes(limit, context)) && performance.now() - began < 5000) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(context.sent["X-RateLimit-Limit"]).to.equal("60");
    expect(context.sent["X-RateLimit-Remaining"]).to.equal("49");
    const other = contextOf("local", "b");
    await passes(limit, other);
    expect(other.sent["X-RateLimit-Remaining"]).to.equal("59");
  });

  for (const [what, hours] of [
    ["back", -1],
    ["forward", 2],
  ] as const) {
    it(`counts on and asks for no longer wait when the clock is set ${what} by hours`, async () => {
      const real = Date.now;
      try {
        const limit = createRateLimit();
        for (let sent = 0; sent < 10; sent += 1) await passes(limit, contextOf("local", "a"));
        Date.now = () => real() + hours * 3_600_000;
        const contexts = Array.from({ length: 60 }, () => contextOf("local", "a"));
        for (const context of contexts) await passes(limit, context);
        const waits = contexts.flatMap(({ refusal }) => refusal?.retryAfterSeconds ?? []);
        expect(waits.length).to.be.above(0);
        expect(Math.max(...waits)).to.be.within(1, 60);
        const next = createRateLimit(50, 50);
        while (await passes(next, contextOf("local", "b"))) {}
        await new Promise((resolve) => setTimeout(resolve, 100));
        Date.now = real;
        expect(await passes(next, contextOf("local", "b"))).to.equal(true);
      } finally {
        Date.now = real;
      }
    });
  }

  it("keeps the minute when the clock is set", async () => {
    const real = Date.now;
    try {
      const limit = createRateLimit(60_000, 1);
      for (const hours of [0, 2, -1]) {
        Date.now = () => real() + hours * 3_600_000;
        await passes(limit, contextOf("local", "a"));
      }
      const context = contextOf("local", "a");
      await passes(limit, context);
      expect(context.sent["X-RateLimit-Remaining"]).to.equal("56");
    } finally {
      Date.now = real;
    }
  });

  it("forgets clients whose time is over", async () => {
    const limit = createRateLimit(30, 30);
    for (let client = 0; client < 1000; client += 1) await passes(limit, contextOf("local", `address ${client}`));
    expect(limit.size()).to.be.above(1);
    const start = performance.now();
    // a window may end while the clients are still coming: ask once all of them are surely over
    while (performance.now() - start < 80) await new Promise((resolve) => setTimeout(resolve, 10));
    await passes(limit, contextOf("local", "last"));
    expect(limit.size()).to.equal(1);
  });

  it("never grows by an owner", async () => {
    const limit = createRateLimit();
    for (let sent = 0; sent < 50; sent += 1) expect(await passes(limit, contextOf("owner", "a"))).to.equal(true);
    expect(limit.size()).to.equal(0);
  });
});

describe("the rate limit at the doors", () => {
  let door: Door;
  beforeEach(async () => {
    door = await openDoor({ settings: { apiKey, rateLimit: "on" } });
  });
  afterEach(() => door.close());

  const prompt = { prompt: "x" };
  const many = (count: number, headers: Record<string, string>): Promise<number[]> =>
    Promise.all(Array.from({ length: count }, async () => (await door.post("/generate", prompt, headers)).status));

  it("answers the eleventh request of a second with 429, whole seconds to wait and our body", async () => {
    const statuses = await many(14, { "X-API-Key": apiKey });
    expect(statuses.filter((status) => status === 429).length).to.be.within(1, 4);
    const replies = await Promise.all(
      Array.from({ length: 12 }, () => door.post("/generate", prompt, { "X-API-Key": apiKey })),
    );
    const refused = replies.find(({ status }) => status === 429);
    expect(refused?.json.error).to.include({ code: "rate_limited", type: "rate_limit_error" });
    expect(refused?.headers["retry-after"]).to.equal("1");
    expect([refused?.headers["x-ratelimit-limit"], refused?.headers["x-ratelimit-remaining"]]).to.deep.equal([
      "60",
      "0",
    ]);
    expect(Number(refused?.headers["x-ratelimit-reset"]) - Date.now() / 1000).to.be.within(-10, 2);
    expect(refused?.headers["content-type"]).to.match(/^application\/json/);
  });

  it("tells the limits of the minute in whole numbers", async () => {
    const { headers } = await door.post("/generate", prompt, { "X-API-Key": apiKey });
    expect([headers["x-ratelimit-limit"], headers["x-ratelimit-remaining"]]).to.deep.equal(["60", "59"]);
    expect(Number(headers["x-ratelimit-reset"]) - Date.now() / 1000).to.be.within(55, 62);
    expect(headers["x-ratelimit-reset"]).to.match(/^\d+$/);
  });

  it("counts only what makes the engine work, and never the owner", async () => {
    const gets = await Promise.all(
      Array.from({ length: 40 }, () => door.send("GET", "/models/current", { headers: { "X-API-Key": apiKey } })),
    );
    expect(gets.map(({ status, headers }) => [status, headers["x-ratelimit-limit"]])).to.deep.equal(
      gets.map(() => [200, undefined]),
    );
    expect(new Set(await many(30, { "X-API-Key": ownerKey }))).to.deep.equal(new Set([200]));
  });

  it("cannot be dodged by a forged address", async () => {
    const statuses = await Promise.all(
      Array.from({ length: 14 }, async (_, index) => {
        const headers = { "X-API-Key": apiKey, "X-Forwarded-For": `10.0.0.${index}`, Forwarded: `for=10.0.0.${index}` };
        return (await door.post("/generate", prompt, headers)).status;
      }),
    );
    expect(statuses).to.include(429);
  });

  it("answers who only looks 600 times in 10 seconds, and a watcher always", async () => {
    const look = async (path: string, key: string): Promise<Reply> =>
      door.send("GET", path, { headers: { "X-API-Key": key } });
    const statuses: number[] = [];
    let refused: Reply | undefined;
    for (const end = performance.now() + 9000; performance.now() < end && refused === undefined; ) {
      const replies = await Promise.all(Array.from({ length: 50 }, () => look("/models/current", apiKey)));
      statuses.push(...replies.map(({ status }) => status));
      refused = replies.find(({ status }) => status === 429);
    }
    expect(statuses.filter((status) => status === 200)).to.have.length(600);
    expect(refused?.headers).to.include({ "x-ratelimit-limit": "600", "x-ratelimit-remaining": "0" });
    expect(Number(refused?.headers["retry-after"])).to.be.within(1, 10);
    expect(refused?.headers).to.have.property("x-ratelimit-reset");
    expect(refused?.json.error.code).to.equal("rate_limited");
    expect((await look("/health", apiKey)).status).to.equal(200);
    expect((await look("/models/current", ownerKey)).status).to.equal(200);
    expect((await door.post("/generate", prompt, { "X-API-Key": apiKey })).status).to.equal(200);
  });

  it("tells who finds the queue full the same four headers, with what may wait", async () => {
    door.models.refusal = new LabError("queue_full", "Too many wait.", { retryAfterSeconds: 2 });
    const { status, headers } = await door.post("/generate", prompt, { "X-API-Key": apiKey });
    expect(status).to.equal(429);
    expect(headers).to.include({ "retry-after": "2", "x-ratelimit-limit": "64", "x-ratelimit-remaining": "0" });
    expect(headers["x-ratelimit-reset"]).to.match(/^\d+$/);
  });
});
