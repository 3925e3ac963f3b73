/** What the listener behind the tunnel takes at once: from strangers, from one key, from all keys. */
import { request as httpRequest, type IncomingHttpHeaders, type RequestListener } from "node:http";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { PassBook } from "../../../src/server/access/pass-book.js";
import { PublicHost } from "../../../src/server/access/public-host.js";
import { PublishedAccess } from "../../../src/server/access/published-access.js";
import { createApp } from "../../../src/server/http/create-app.js";
import { openPublished } from "../../../src/server/http/published.js";
import { createLog, type LogFields } from "../../../src/server/log.js";
import { firstSample } from "../../../src/server/machine/machine-sample.js";
import type { PublishedListener } from "../../../src/server/publish/published-listener.js";
import { readSettings } from "../../../src/server/settings/read-settings.js";
import { FakeModels } from "../../support/fake-models.js";
import { temporaryFolder } from "../../support/temp-folder.js";

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

const origin = "https://app.example";

describe("the limits of the published door", () => {
  let models: FakeModels;
  let passes: PassBook;
  let door: PublishedListener;
  let sockets: Socket[];
  let logged: LogFields[];
  /** Each ends one generation that runs. */
  let ends: (() => void)[];

  beforeEach(async () => {
    sockets = [];
    logged = [];
    ends = [];
    models = new FakeModels((driver) => void ends.push(() => driver.cancel("request")));
    passes = new PassBook();
    const hosts = new PublicHost([origin]);
    hosts.follow("https://lab.ngrok-free.test");
    const app = createApp({
      settings: readSettings({}, {}),
      log: { ...createLog("silent"), info: (_message, fields = {}) => void logged.push(fields) },
      models,
      machine: { sample: firstSample, close: () => {} },
      access: new PublishedAccess(passes, hosts),
      published: { origins: hosts.origins },
      version: "0.0.0-test",
      startedAt: Date.now(),
      isStopping: () => false,
    });
    const folder = join(temporaryFolder(), "run");
    door = await openPublished(
      { runtimeDir: folder, name: "default" },
      app.callback() as RequestListener,
      createLog("silent"),
    );
  });
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await door.close();
    passes.close();
  });

  const socketPath = (): string => door.target.slice("unix:".length);
  const ask = (method: string, path: string, headers: Record<string, string>, body?: unknown): Promise<Answer> => {
    const type = body === undefined ? {} : { "Content-Type": "application/json" };
    return new Promise((resolve, reject) => {
      const sent = httpRequest({
        socketPath: socketPath(),
        method,
        path,
        agent: false,
        headers: { Host: "lab.ngrok-free.test", ...type, ...headers },
      });
      sent.on("error", reject);
      sent.on("response", (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => {
          text += chunk;
        });
        response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      });
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  };
  const keyOf = (name: string, more: object = {}): Record<string, string> => ({
    "X-API-Key": passes.create({ name, scopes: ["infer"], ...more }).key,
  });
  const codeOf = ({ text }: Answer): string => JSON.parse(text).error.code;

  it("give one key a quarter of the places, and the others the rest", async () => {
    const [heavy, other] = [keyOf("heavy"), keyOf("other")];
    const running: Promise<Answer>[] = [];
    // ten are a burst; the others come when the next second allows them
    while (models.requests.length < 16) {
      const before = models.requests.length;
      const one = ask("POST", "/generate", heavy, { prompt: "x" });
      running.push(one);
      await Promise.race([one, models.until(() => models.requests.length > before)]);
      if (models.requests.length === before) await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const refused = await ask("GET", "/models/current", heavy);
    expect([refused.status, codeOf(refused)]).to.deep.equal([429, "too_many_concurrent"]);
    expect(refused.headers).to.include({
      "retry-after": "1",
      "x-ratelimit-limit": "16",
      "x-ratelimit-remaining": "0",
    });
    expect(Number(refused.headers["x-ratelimit-reset"]) - Date.now() / 1000).to.be.within(-10, 2);
    expect((await ask("GET", "/models/current", other)).status).to.equal(200);
    for (const end of ends) end();
    await Promise.all(running);
    expect((await ask("GET", "/models/current", heavy)).status).to.equal(200);
  });

  it("do not let strangers hold a place with bodies that never end, 600 at once", async () => {
    const head =
      "POST /generate HTTP/1.1\r\nHost: lab.ngrok-free.test\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{";
    const refusal = (): Promise<string> =>
      new Promise((resolve) => {
        const socket = connect({ path: socketPath(), allowHalfOpen: true }).on("error", () => {});
        sockets.push(socket);
        let text = "";
        socket.on("data", (chunk) => {
          text += chunk.toString();
        });
        socket.on("close", () => resolve(text));
        socket.on("end", () => socket.end());
        socket.write(head);
      });
    const began = performance.now();
    const replies: string[] = [];
    // in waves, because a socket file has a queue of 511
    for (let wave = 0; wave < 3; wave += 1) {
      replies.push(...(await Promise.all(Array.from({ length: 200 }, refusal))));
    }
    expect([...new Set(replies.map((text) => text.slice(0, 12)))]).to.deep.equal(["HTTP/1.1 401"]);
    // a body that is read for a while would hold each place for 3 s, and each of the three waves as long
    expect(performance.now() - began).to.be.below(8500);
    expect((await ask("GET", "/models/current", keyOf("Ann"))).status).to.equal(200);
  }).timeout(20_000);

  it("tell a key that has used up its requests the same four headers", async () => {
    const once = keyOf("Once", { maxRequests: 1 });
    const running = ask("POST", "/generate", once, { prompt: "x" });
    await models.until(() => models.requests.length === 1);
    const refused = await ask("POST", "/generate", once, { prompt: "x" });
    expect([refused.status, codeOf(refused)]).to.deep.equal([429, "budget_exhausted"]);
    expect(refused.headers).to.include({
      "retry-after": "86400",
      "x-ratelimit-limit": "1",
      "x-ratelimit-remaining": "0",
    });
    ends[0]?.();
    await running;
  });

  it("let pages of named origins read what they say, and post across sites", async () => {
    const page = { Origin: origin, "Sec-Fetch-Site": "cross-site", ...keyOf("Ann") };
    const reply = await ask("GET", "/models/current", page);
    const exposed = String(reply.headers["access-control-expose-headers"]).toLowerCase().split(", ");
    expect(exposed).to.include.members([
      "retry-after",
      "x-ratelimit-limit",
      "x-ratelimit-remaining",
      "x-ratelimit-reset",
      "x-request-id",
    ]);
    const running = ask("POST", "/generate", page, { prompt: "x" });
    await models.until(() => ends.length === 1);
    ends[0]?.();
    expect((await running).status).to.equal(499);
    const foreign = await ask("POST", "/generate", { ...page, Origin: "https://evil.example" }, { prompt: "x" });
    expect([foreign.status, codeOf(foreign)]).to.deep.equal([403, "insufficient_scope"]);
  });

  it("do not go by a forwarded address, and the log tells the last one, which the tunnel wrote", async () => {
    await ask("GET", "/models/current", { ...keyOf("Ann"), "X-Forwarded-For": "198.51.100.1, 203.0.113.7" });
    await models.until(() => logged.some(({ path }) => path === "/models/current"));
    expect(logged.at(-1)).to.include({ listener: "published", from: "203.0.113.7" });
  });
});
