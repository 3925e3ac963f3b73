/** The routes about models, the machine and the server. */
import { expect } from "chai";
import { routes } from "../../../src/server/http/routes.js";
import { fakeModel } from "../../support/fake-models.js";
import { apiKey, type Door, openDoor } from "../../support/http-client.js";

describe("routes", () => {
  it("each have a summary, a scope and a path of their own", () => {
    for (const { summary, scope, limit, method } of routes) {
      expect(summary).to.match(/^\S.*\.$/);
      expect(["public", "infer", "manage", "owner"]).to.include(scope);
      if (limit === "counted") expect(method).to.equal("POST");
    }
    expect(new Set(routes.map(({ method, path }) => `${method} ${path}`)).size).to.equal(routes.length);
  });

  it("are all those of the API document, and those that watch and end requests", () => {
    expect(routes.map(({ method, path }) => `${method} ${path}`)).to.include.members([
      "DELETE /requests/:id",
      "GET /health",
      "GET /models/available",
      "GET /models/current",
      "GET /ready",
      "GET /requests",
      "GET /system/info",
      "POST /chat",
      "POST /generate",
      "POST /generate/batch",
      "POST /models/load",
      "POST /models/unload",
    ]);
  });
});

describe("the routes about models and machine", () => {
  let door: Door;
  beforeEach(async () => {
    door = await openDoor();
  });
  afterEach(() => door.close());

  it("load a model and answer once it is there", async () => {
    const { status, json } = await door.post("/models/load", { model_id: "fake", context: 512, slots: 2 });
    expect([status, json]).to.deep.equal([200, { status: "success", message: '"fake" is loaded.', model: fakeModel }]);
    expect(door.models.loads).to.deep.equal([
      { modelId: "fake", options: { context: 512, slots: 2, chatTemplate: undefined, keepAliveSeconds: undefined } },
    ]);
  });

  it("name fields of a load that mean nothing here", async () => {
    const { json } = await door.post("/models/load", { modelId: "fake", quantization: "int8" });
    expect(json.message).to.equal('"fake" is loaded. Unknown fields are ignored: "quantization".');
  });

  for (const id of [
    "nothing",
    "../../etc/passwd",
    "/etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "a\0b",
    "\\\\host\\share",
  ]) {
    it(`answer 404 to a load of ${JSON.stringify(id)}`, async () => {
      const { status, json } = await door.post("/models/load", { model_id: id });
      expect([status, json.error.code]).to.deep.equal([404, "model_not_found"]);
    });
  }

  it("unload the model in the words LocalLab's Python client compares, and have no current one then", async () => {
    expect((await door.send("GET", "/models/current")).json).to.deep.equal(fakeModel);
    expect((await door.send("POST", "/models/unload")).json).to.include({
      status: "Model unloaded successfully",
      model_id: "fake",
    });
    const { status, json } = await door.send("GET", "/models/current");
    expect([status, json.error.code, typeof json.detail]).to.deep.equal([404, "no_model_loaded", "string"]);
  });

  it("list models under the name LocalLab's clients look for", async () => {
    expect((await door.send("GET", "/models/available")).json).to.deep.equal({
      models: [],
      current_model: "fake",
      models_dir: "/nowhere",
      models_dir_note: null,
    });
  });

  it("describe machine, engine and server", async () => {
    await door.post("/generate", { prompt: "x" });
    await door.send("GET", "/health");
    const { json } = await door.send("GET", "/system/info");
    expect(json).to.include.keys("os", "cpu", "memory", "gpus", "disk", "engine", "sampled_at");
    expect(json).to.include({ active_model: "fake", gpu_info: null, request_count: 1 });
    expect([json.cpu_usage, json.memory_usage]).to.deep.equal([json.cpu.percent, json.memory.percent]);
    expect(json.uptime).to.be.within(0, 60);
  });

  it("are healthy whatever the model does, and ready only when a request would be served", async () => {
    expect((await door.send("GET", "/health")).json).to.include({
      status: "healthy",
      state: "ready",
      version: "0.0.0-test",
    });
    expect((await door.send("GET", "/ready")).json).to.deep.equal({ ready: true, state: "ready", reason: null });
    const loading = { model: "fake", progress: 0.5 };
    door.models.statusNow = { ...door.models.statusNow, state: "loading", reason: "It loads.", model: null, loading };
    const health = await door.send("GET", "/health");
    expect([health.status, health.json.state, health.json.loading]).to.deep.equal([200, "loading", loading]);
    const ready = await door.send("GET", "/ready");
    expect([ready.status, ready.headers["retry-after"]]).to.deep.equal([503, "1"]);
    expect(ready.json).to.deep.equal({ ready: false, state: "loading", reason: "It loads." });
  });

  it("log one line a request, with no key and no text in it", async () => {
    const path = `/generate?key=${apiKey}`;
    const { headers } = await door.post(path, { prompt: "canary" });
    await door.send("GET", "/health");
    const lines = door.logged.filter(({ message }) => message === "request");
    expect(lines).to.have.length(1);
    expect(lines[0]?.fields).to.include({
      request: headers["x-request-id"],
      path: "/generate",
      status: 200,
      client: "local",
    });
    expect(JSON.stringify(door.logged)).to.not.match(/canary|key-of-the-tests/);
  });

  it("log one line also when the client cuts the connection", async () => {
    const socket = door.connect();
    door.models.script = (generation) => void generation.begin({ promptTokens: 7, maxTokens: 8192 });
    const body = JSON.stringify({ prompt: "x" });
    const head = `POST /generate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`;
    socket.write(`${head}\r\n\r\n${body}`);
    await door.models.until(() => door.models.requests.length === 1);
    socket.destroy();
    await door.models.until(() => door.models.requests[0]?.cancelled === true);
    await door.send("GET", "/health");
    const lines = door.logged.filter(({ message }) => message === "request");
    expect(lines.map(({ fields }) => fields.completed)).to.deep.equal([false]);
    expect(door.requests.answered).to.equal(1);
  });
});
