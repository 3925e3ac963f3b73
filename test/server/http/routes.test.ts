/** What every route says of itself, and that it is so. */
import { expect } from "chai";
import { z } from "zod";
import { nameOf, type Route, route } from "../../../src/server/http/route.js";
import { routes } from "../../../src/server/http/routes.js";
import { json } from "../../../src/server/schema/answer.js";
import { stopBody } from "../../../src/server/schema/lab.js";
import { openaiErrorAnswer } from "../../../src/server/schema/openai-answers.js";
import { passList } from "../../../src/server/schema/passes.js";
import { errorBody } from "../../../src/server/schema/system.js";
import { fakeEntry } from "../../support/fake-models.js";
import { ownerKey, type Reply } from "../../support/http-client.js";
import { openWholeDoor, type WholeDoor } from "../../support/whole-door.js";

const withOwner = { Authorization: `Bearer ${ownerKey}` };

/** Neither a key too many nor one too few, and every value of its kind. */
function expectExactly(schema: z.ZodType, json: unknown): void {
  expect(schema.parse(json)).to.deep.equal(json);
}

/** The code of an error, in whichever API's words. */
const codeOf = ({ error }: Reply["json"]): string => error.code ?? error.details.error_code;

const hasParameter = (path: string): boolean => /[:*]/.test(path);
const filled = (path: string, id: string): string => path.replace(/[:*]id/, id);

describe("what a route says of itself", () => {
  for (const route of routes) {
    const { method, body, answer, example, summary } = route;
    const name = nameOf(route);

    it(`${name} has one sentence, and what it takes and gives can be described`, () => {
      expect(summary).to.match(/^[A-Z0-9][^\n]*\.$/);
      expect(z.toJSONSchema(answer.schema, { io: "output" })).to.include.any.keys("type", "anyOf", "$ref");
      if (answer.stream !== undefined) expect(answer.stream).to.match(/^[A-Z].*\.$/);
      if (body.schema === undefined) return;
      const described = z.toJSONSchema(body.schema, { io: "input" }) as { $defs?: Record<string, unknown> };
      const [fields] = Object.values(described.$defs ?? {}) as {
        properties: Record<string, { description?: string }>;
      }[];
      for (const [field, { description }] of Object.entries(fields?.properties ?? {})) {
        expect(description, field).to.match(/\.$/);
      }
    });

    it(`${name} takes its own example`, () => {
      const { path = route.path, body: sent } = example;
      const pattern = new RegExp(`^${route.path.replace(/:\w+/g, "[^/:]+").replace(/\*\w+/g, "[^*]+")}$`);
      expect(path).to.match(pattern);
      body.read(sent);
      // a body that must be there has one to show, and only a POST brings one
      expect(sent === undefined).to.equal(method !== "POST" || body.schema === undefined);
    });
  }

  it("a route without a body, or with a handler for another one, does not compile", () => {
    const { body: _body, ...rest } = routes[0] as Route;
    // @ts-expect-error: what it takes is not said
    route(rest);
    // @ts-expect-error: the body is a stop's, a number
    route({ ...rest, body: stopBody, handler: (call: string) => call });
    // @ts-expect-error: the answer is a list of passes
    route({ ...rest, body: stopBody, answer: json(passList), handler: () => ({ passes: 1 }) });
  });

  it("bodies and answers can be described all together, each name once", () => {
    const shape = Object.fromEntries(
      routes.flatMap((route) => [
        [`${nameOf(route)} answer`, route.answer.schema],
        ...(route.body.schema === undefined ? [] : [[`${nameOf(route)} body`, route.body.schema]]),
      ]),
    );
    // as a client sees it: what it may send, and what it gets
    const { $defs = {} } = z.toJSONSchema(z.object({ ...shape, error: errorBody }), { io: "input" });
    expect(Object.keys($defs)).to.include.members(["GenerateRequest", "GenerateResponse", "PassEntry", "ErrorBody"]);
  });
});

describe("what a route answers", () => {
  let door: WholeDoor;
  beforeEach(async () => {
    door = await openWholeDoor();
  });
  afterEach(() => door.close());

  const send = ({ method, path, example }: Route): Promise<Reply> => {
    const body = path === "/models/load" ? { model_id: "fake" } : example.body;
    return door.send(method, example.path ?? path, { headers: withOwner, ...(body && { body }) });
  };

  for (const route of routes.filter(({ path }) => !hasParameter(path) && path !== "/attach")) {
    it(`${nameOf(route)} answers its example as it says`, async () => {
      const { status, json } = await send(route);
      expect(status, JSON.stringify(json)).to.equal(200);
      expectExactly(route.answer.schema, json);
    });
  }

  // streams of text, and their ends: kept-streams.test.ts
  for (const route of routes.filter(({ path }) => hasParameter(path) && !path.startsWith("/v1/streams/"))) {
    it(`${nameOf(route)} answers as it says, and an id that is not there with an error's body`, async () => {
      const { status, json } = await send(route);
      expect(status).to.equal(404);
      expectExactly(route.dialect === undefined ? errorBody : openaiErrorAnswer, json);
      const answer = await door.send(route.method, filled(route.path, await thereIs(route)), { headers: withOwner });
      expect(answer.status).to.equal(200);
      expectExactly(route.answer.schema, answer.json);
    });
  }

  /** An id that is there. */
  async function thereIs({ path }: Route): Promise<string> {
    if (path.startsWith("/passes")) return madePass();
    if (!path.startsWith("/v1/models")) return runningRequest();
    door.models.entries = [fakeEntry];
    return fakeEntry.id;
  }

  const madePass = (): string => door.passes.create({ name: "Ann", scopes: ["infer"] }).pass.terms.id;

  async function runningRequest(): Promise<string> {
    door.models.script = (generation) => generation.begin({ promptTokens: 7, maxTokens: 8192 });
    door.post("/generate", { prompt: "x" }).catch(() => {});
    await door.models.until(() => door.models.requests.length === 1);
    const { json } = await door.send("GET", "/requests", { headers: withOwner });
    expectExactly((routes.find(({ path }) => path === "/requests") as Route).answer.schema, json);
    return json.active[0].id;
  }

  it("GET /attach sends the event it says", async () => {
    const { answer } = routes.find(({ path }) => path === "/attach") as Route;
    const socket = door.connect();
    socket.write(`GET /attach HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${ownerKey}\r\n\r\n`);
    let text = "";
    for await (const chunk of socket) {
      text += String(chunk);
      const [, event] = /data: (.*)\n\n/.exec(text) ?? [];
      if (event === undefined) continue;
      expectExactly(answer.schema, JSON.parse(event));
      return;
    }
    expect.fail(`no event in ${text}`);
  });

  it("strangers get what GET / and GET /health say, and nothing more", async () => {
    const closed = await openWholeDoor({ settings: { apiKey: "key-of-the-tests-0001" } });
    try {
      expect((await closed.send("GET", "/")).text).to.equal('{"name":"LocalLab"}');
      expect((await closed.send("GET", "/", { headers: { Accept: "text/html" } })).text).to.equal(
        "LocalLab, a local LLM server.\n",
      );
      expect((await closed.send("GET", "/health")).text).to.equal('{"status":"healthy"}');
    } finally {
      await closed.close();
    }
  });
});

describe("a key that may not do all", () => {
  let door: WholeDoor;
  before(async () => {
    door = await openWholeDoor();
  });
  after(() => door.close());

  for (const scopes of [["infer"], ["manage"], ["infer", "manage"]] as const) {
    for (const { method, path, scope } of routes) {
      if (scope === "public" || (scopes as readonly string[]).includes(scope)) continue;
      it(`with ${scopes.join(" and ")} is refused at ${method} ${path}`, async () => {
        const { key } = door.passes.create({ name: `of ${scopes.join()} for ${method} ${path}`, scopes: [...scopes] });
        const headers = { Authorization: `Bearer ${key}` };
        const { status, json } = await door.send(method, filled(path, "none"), { headers });
        expect([status, codeOf(json)]).to.deep.equal([403, "insufficient_scope"]);
        expect(json.error.message).to.contain(`${method} ${path} needs "${scope}"`);
      });
    }
  }
});

describe("a body that means nothing", () => {
  let door: WholeDoor;
  before(async () => {
    door = await openWholeDoor();
  });
  after(() => door.close());

  for (const route of routes.filter(({ method }) => method === "POST")) {
    it(`is refused by ${nameOf(route)} when it is no object`, async () => {
      for (const body of ["[]", '"x"', "3", "true"]) {
        const headers = { ...withOwner, "Content-Type": "application/json" };
        const { status, json } = await door.send("POST", route.path, { headers, body });
        expect([status, codeOf(json)], body).to.deep.equal([400, "invalid_request"]);
        expect(json.error.message).to.match(/It must be a JSON object\.$/);
      }
    });

    it(`is refused by ${nameOf(route)}, or named in its answer, when it has a field nobody knows`, async () => {
      const body = { ...route.example.body, drain: 1, ...(route.path === "/models/load" && { model_id: "fake" }) };
      const { status, json, headers } = await door.send("POST", route.path, { headers: withOwner, body });
      const said =
        route.dialect === "anthropic" ? JSON.stringify(headers["x-locallab-warnings"]) : JSON.stringify(json);
      if (status === 200) expect(said).to.contain('Unknown fields are ignored: \\"drain\\".');
      else expect([status, json.error.param]).to.deep.equal([400, "drain"]);
    });
  }

  it("takes the camel-case spelling of every field of every body", () => {
    for (const { body, example } of routes) {
      if (body.schema === undefined) continue;
      const wrong = Object.keys((body.schema as z.ZodObject).shape).filter((field) => field.includes("_"));
      for (const field of wrong) {
        const camel = field.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
        const { [field]: _left, ...rest } = { ...example.body };
        // a value no field takes: it is named only when the field is known
        expect(() => body.read({ ...rest, [camel]: [[]] })).to.throw(new RegExp(`^${camel}.* It must be `));
      }
    }
  });

  it("stops with the seconds that were asked for, and with ten when none were", async () => {
    await door.send("POST", "/stop", { headers: withOwner, body: { drain_seconds: 2.5 } });
    await door.send("POST", "/stop", { headers: withOwner });
    expect(door.stops.slice(-2)).to.deep.equal([2.5, 10]);
  });
});
