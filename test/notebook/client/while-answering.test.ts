import { expect } from "chai";
import { Connection } from "../../../src/notebook/client/connection.js";
import { whileAnswering } from "../../../src/notebook/client/while-answering.js";
import type { Health } from "../../../src/server/wire/system.js";
import { FakeLabServer, sendError, sendJson } from "../../support/fake-lab-server.js";
import { rejection } from "../../support/rejection.js";

describe("a call without a deadline", () => {
  let fake: FakeLabServer;
  let connection: Connection;
  beforeEach(async () => {
    fake = await FakeLabServer.start();
    connection = new Connection(fake.url, undefined);
  });
  afterEach(async () => {
    connection.close();
    await fake.stop();
  });

  const { signal } = new AbortController();
  const load = (both: AbortSignal) =>
    connection.json("POST", "/models/load", { body: {}, signal: both, headSeconds: 0 });

  it("goes on for as long as the server says how it is, and tells what it says", async () => {
    const heard: Health[] = [];
    const answer = { status: "success" };
    fake.on("POST /models/load", (_, response) => {
      const timer = setInterval(() => {
        if (heard.length < 5) return;
        clearInterval(timer);
        sendJson(response, 200, answer);
      }, 5);
    });
    const watch = { signal, pauseMs: 5, silenceMs: 20_000, onHealth: (health: Health) => heard.push(health) };
    expect(await whileAnswering(connection, watch, load)).to.deep.equal(answer);
    expect(heard[0]).to.deep.equal(fake.health);
  });

  it("ends when the server says nothing any more, and so does the request", async () => {
    fake.on("POST /models/load", () => {});
    fake.on("GET /health", () => {});
    const failed = rejection(whileAnswering(connection, { signal, pauseMs: 10, silenceMs: 200 }, load));
    const request = await fake.request(({ path }) => path === "/models/load");
    expect((await failed).code).to.equal("connection_lost");
    expect(await request.outcome).to.equal("left");
  });

  it("takes a refusal for an answer", async () => {
    let looks = 0;
    fake.on("GET /health", (_, response) => {
      looks += 1;
      sendError(response, 429, "rate_limited", "Too many.");
    });
    fake.on("POST /models/load", (_, response) =>
      setTimeout(() => sendJson(response, 200, { status: "success" }), 400),
    );
    await whileAnswering(connection, { signal, pauseMs: 10, silenceMs: 200 }, load);
    expect(looks).to.be.greaterThan(3);
  });

  it("ends with the signal, and looks no more after the end", async () => {
    fake.on("POST /models/load", () => {});
    const abort = new AbortController();
    const failed = rejection(whileAnswering(connection, { signal: abort.signal, pauseMs: 5 }, load));
    await fake.request(({ path }) => path === "/health");
    abort.abort();
    expect((await failed).code).to.equal("request_cancelled");
    const looks = fake.seen.length;
    await connection.json("GET", "/models/current");
    await connection.json("GET", "/models/available");
    expect(fake.seen.slice(looks).map(({ path }) => path)).to.deep.equal(["/models/current", "/models/available"]);
  });
});
