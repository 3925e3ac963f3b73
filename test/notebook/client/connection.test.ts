import { inspect } from "node:util";
import { expect } from "chai";
import { Connection } from "../../../src/notebook/client/connection.js";
import { retryAfterSeconds } from "../../../src/notebook/client/failures.js";
import type { LabRequestError } from "../../../src/notebook/client/request-error.js";
import { FakeLabServer, sendError, sendJson } from "../../support/fake-lab-server.js";
import { rejection } from "../../support/rejection.js";

describe("a connection to a lab", () => {
  let fake: FakeLabServer;
  let connection: Connection;

  beforeEach(async () => {
    fake = await FakeLabServer.start();
    connection = new Connection(fake.url, "key-0123456789");
  });
  afterEach(async () => {
    connection.close();
    await fake.stop();
  });

  const failure = (options = {}): Promise<LabRequestError> =>
    rejection<LabRequestError>(connection.json("GET", "/health", options));

  it("sends the key, and the header that passes ngrok's page for browsers", async () => {
    await connection.json("GET", "/health");
    expect(fake.seen[0]?.headers).to.include({
      authorization: "Bearer key-0123456789",
      "ngrok-skip-browser-warning": "1",
    });
  });

  it("uses one connection for requests one after the other", async () => {
    for (let count = 0; count < 5; count += 1) await connection.json("GET", "/health");
    expect(await fake.connections()).to.equal(1);
  });

  it("asks again on a new connection when the kept one was cut meanwhile", async () => {
    await connection.json("GET", "/health");
    fake.cut();
    expect(await connection.json("GET", "/health")).to.include({ status: "healthy" });
  });

  it("waits as Retry-After says, then asks again", async () => {
    let tries = 0;
    fake.on("GET /health", (_, response) => {
      tries += 1;
      if (tries === 1) sendError(response, 503, "model_loading", "It loads.", { "retry-after": "1" });
      else sendJson(response, 200, fake.health);
    });
    const began = Date.now();
    await connection.json("GET", "/health");
    expect(tries).to.equal(2);
    expect(Date.now() - began).to.be.within(990, 3000);
  });

  it("fails at once when the server asks for more than the time to wait", async () => {
    fake.on("GET /health", (_, response) =>
      sendError(response, 429, "rate_limited", "Too many.", { "retry-after": "30" }),
    );
    expect(await failure({ waitSeconds: 10 })).to.include({ code: "rate_limited", status: 429, retryAfterSeconds: 30 });
    expect(fake.seen).to.have.length(1);
  });

  it("takes waitSeconds as a deadline by the clock: the time of the tries counts", async () => {
    fake.on("GET /health", (_, response) => {
      setTimeout(() => sendError(response, 429, "queue_full", "Full.", { "retry-after": "0" }), 300);
    });
    const began = performance.now();
    expect(await failure({ waitSeconds: 1 })).to.include({ code: "queue_full" });
    expect(performance.now() - began).to.be.below(10_000);
    // pauses alone would allow ten tries and more: each takes 300 ms and pauses 100 ms
    expect(fake.seen.length).to.be.within(1, 4);
  });

  it("does not wait at all with waitSeconds 0", async () => {
    fake.on("GET /health", (_, response) => sendError(response, 429, "queue_full", "Full.", { "retry-after": "0" }));
    expect(await failure({ waitSeconds: 0 })).to.include({ code: "queue_full" });
    expect(fake.seen).to.have.length(1);
  });

  for (const [status, code] of [
    [503, "queue_timeout"],
    [503, "engine_failed"],
    [503, "shutting_down"],
  ] as const) {
    it(`never repeats ${code}, whatever the server asks for`, async () => {
      fake.on("GET /health", (_, response) => sendError(response, status, code, "No.", { "retry-after": "1" }));
      expect(await failure({ waitSeconds: 3600 })).to.include({ code });
      expect(fake.seen).to.have.length(1);
    });
  }

  for (const [status, code] of [
    [429, "queue_full"],
    [503, "engine_restarting"],
    [429, "rate_limited"],
  ] as const) {
    it(`asks again after ${code}`, async () => {
      fake.on("GET /health", (_, response) => {
        if (fake.seen.length === 1) sendError(response, status, code, "Soon.", { "retry-after": "0" });
        else sendJson(response, 200, fake.health);
      });
      expect(await connection.json("GET", "/health")).to.include({ status: "healthy" });
      expect(fake.seen).to.have.length(2);
    });
  }

  it("refuses a waitSeconds that is no number from 0 to 3600, and sends nothing", async () => {
    for (const waitSeconds of [Number.NaN, -1, 3601, Number.POSITIVE_INFINITY]) {
      expect(await failure({ waitSeconds })).to.include({ code: "invalid_request", param: "waitSeconds" });
    }
    expect(fake.seen).to.deep.equal([]);
  });

  it("does not repeat what the server refuses for another reason, or without a time", async () => {
    fake.on("GET /health", (_, response) => sendError(response, 503, "engine_failed", "It stays down."));
    expect(await failure()).to.include({ code: "engine_failed" });
    expect(fake.seen).to.have.length(1);
  });

  it("ends the wait when the signal fires", async () => {
    fake.on("GET /health", (_, response) => sendError(response, 503, "queue_full", "Full.", { "retry-after": "50" }));
    const abort = new AbortController();
    const failed = failure({ signal: abort.signal });
    await fake.request(() => true);
    abort.abort();
    expect(await failed).to.include({ code: "request_cancelled" });
  });

  it("turns the server's error into one with its code, field and request id", async () => {
    const error = { message: "top_k is -1.", type: "invalid_request_error", param: "top_k", code: "invalid_request" };
    fake.on("GET /health", (_, response) => sendJson(response, 400, { detail: error.message, error }));
    const failed = await failure();
    expect(failed).to.include({ code: "invalid_request", status: 400, param: "top_k", requestId: "req_fake" });
    expect(inspect(failed)).to.equal("top_k is -1.\n(invalid_request, field top_k, request req_fake)");
    expect(failed.stack).to.include("LabRequestError");
  });

  it("cleans what a server says before it is printed", async () => {
    fake.on("GET /health", (_, response) => sendError(response, 400, "x\u001b[2J", "\u001b]0;title\u0007 no"));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
    expect(inspect(await failure())).to.not.match(/[\u0000-\u0009\u000b-\u001f]/);
  });

  it("says how to give the key when it is missing", async () => {
    fake.on("GET /health", (_, response) => sendError(response, 401, "missing_api_key", "This lab has a key."));
    expect((await failure()).message).to.equal("This lab has a key. In a cell: connectLab(url, { apiKey: … }).");
  });

  it("says when something else than a lab answers", async () => {
    fake.on("GET /health", (_, response) => response.writeHead(200).end("<html>"));
    expect(await failure()).to.include({ code: "not_a_lab" });
    fake.on("GET /health", (_, response) => response.writeHead(302, { location: "http://elsewhere/" }).end());
    expect((await failure()).message).to.include("302 and sends on to http://elsewhere/");
    fake.on("GET /health", (_, response) => response.writeHead(404, { "ngrok-error-code": "ERR_NGROK_3200" }).end("x"));
    expect((await failure()).message)
      .to.include("ERR_NGROK_3200")
      .and.include("still published");
  });

  it("says when nothing listens, or the answer breaks off", async () => {
    fake.on("GET /health", (_, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("{", () => response.destroy());
    });
    expect(await failure()).to.include({ code: "connection_lost" });
    await fake.stop();
    const { code, message } = await failure();
    expect(code).to.equal("connection_failed");
    expect(message).to.match(/nothing listens there/);
  });

  it("gives up on a head that does not come", async () => {
    fake.on("GET /health", () => {});
    expect(await failure({ headSeconds: 0.1 })).to.include({ code: "connection_failed" });
  });

  it("refuses after it was closed, and ends what runs then", async () => {
    fake.on("GET /health", () => {});
    const running = failure();
    await fake.request(() => true);
    connection.close();
    expect(await running).to.include({ code: "lab_stopped" });
    expect(await failure()).to.include({ code: "lab_stopped" });
  });
});

describe("retryAfterSeconds", () => {
  it("reads seconds and dates", () => {
    expect(retryAfterSeconds("7")).to.equal(7);
    expect(retryAfterSeconds("Thu, 01 Jan 2026 00:00:10 GMT", Date.parse("2026-01-01T00:00:00Z"))).to.equal(10);
    expect(retryAfterSeconds("Thu, 01 Jan 2026 00:00:10 GMT", Date.parse("2026-01-02T00:00:00Z"))).to.equal(0);
  });

  it("takes nothing from what is neither", () => {
    for (const header of [undefined, "soon", ""]) expect(retryAfterSeconds(header)).to.equal(null);
  });
});
