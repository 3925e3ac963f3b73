import { expect } from "chai";
import { Connection } from "../../../src/notebook/client/connection.js";
import { type LabSnapshot, lookAt } from "../../../src/notebook/client/lab-snapshot.js";
import { connectLab } from "../../../src/notebook/lab/connect-lab.js";
import { fakeModel } from "../../support/fake-lab-answers.js";
import { FakeLabServer, sendError, sendJson } from "../../support/fake-lab-server.js";
import { rejection } from "../../support/rejection.js";

describe("what is known of a lab", () => {
  let fake: FakeLabServer;
  let connection: Connection;
  let known: LabSnapshot;
  beforeEach(async () => {
    fake = await FakeLabServer.start();
    connection = new Connection(fake.url, undefined);
    known = await lookAt(connection);
    fake.seen.splice(0);
  });
  afterEach(async () => {
    connection.close();
    await fake.stop();
  });

  const asked = (): string[] => fake.seen.map(({ path }) => path);
  const reload = (over: object): void =>
    fake.on("GET /models/current", (_, response) => sendJson(response, 200, { ...fakeModel(), ...over }));
  const old = (): LabSnapshot => ({ ...known, lookedAtMs: performance.now() - 60_000 });

  it("costs one request while nothing changes, and stays the same", async () => {
    const next = await lookAt(connection, known);
    expect(asked()).to.deep.equal(["/health"]);
    expect(next).to.deep.equal(known);
  });

  it("shows the same model with other slots at once", async () => {
    reload({ slots: 2, context: 256 });
    Object.assign(fake.health.slots, { total: 2 });
    const { model, changedAt } = await lookAt(connection, known);
    expect(model).to.include({ slots: 2, context: 256 });
    expect(changedAt).to.not.equal(known.changedAt);
  });

  it("shows the same model with another context after its load was seen", async () => {
    Object.assign(fake.health, { loading: { model: "sample", progress: 0.5 } });
    const loading = await lookAt(connection, known);
    reload({ context: 256 });
    Object.assign(fake.health, { loading: null });
    expect((await lookAt(connection, loading)).model?.context).to.equal(256);
  });

  it("shows the same model with another context after a while, also when its load was not seen", async () => {
    reload({ context: 256 });
    expect((await lookAt(connection, known)).model?.context).to.equal(4096);
    const next = await lookAt(connection, old());
    expect(next.model?.context).to.equal(256);
    expect(next.changedAt).to.not.equal(known.changedAt);
  });

  it("is not changed by the engine's memory alone", async () => {
    reload({ memory_bytes: 180_000_001 });
    const { lookedAtMs, ...next } = await lookAt(connection, old());
    const { lookedAtMs: _before, ...before } = known;
    expect(next).to.deep.equal(before);
    expect(lookedAtMs).to.be.greaterThan(known.lookedAtMs);
  });

  it("is the lab's refusal when a key is missing", async () => {
    fake.on("GET /health", (_, response) => sendJson(response, 200, { status: "healthy" }));
    fake.on("GET /models/available", (_, response) => sendError(response, 401, "missing_api_key", "It has a key."));
    expect(await rejection(connectLab(fake.url))).to.include({ code: "missing_api_key", status: 401 });
  });

  it("is none of something that says no more than that it is healthy", async () => {
    fake.on("GET /health", (_, response) => sendJson(response, 200, { status: "healthy" }));
    expect(await rejection(connectLab(fake.url))).to.include({ code: "not_a_lab" });
  });
});
