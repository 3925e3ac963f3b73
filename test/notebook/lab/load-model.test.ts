import { expect } from "chai";
import { Connection } from "../../../src/notebook/client/connection.js";
import { LabRequestError } from "../../../src/notebook/client/request-error.js";
import { connectLab } from "../../../src/notebook/lab/connect-lab.js";
import type { Lab } from "../../../src/notebook/lab/lab.js";
import { afterGivingUp, unfinishedLoadText } from "../../../src/notebook/lab/load-model.js";
import { FakeLabServer, sendError } from "../../support/fake-lab-server.js";
import { rejection } from "../../support/rejection.js";
import { until } from "../../support/until.js";

const kernelHost = globalThis as { __tslab__?: unknown };

describe("what is said of a load that did not end well", () => {
  const refused = new LabRequestError("model_load_failed", "It is too large.", { status: 400 });
  const lost = new LabRequestError("connection_lost", "It broke.");
  const rows = [
    [{ state: "failed", error: refused }, "b was not loaded: failed after 2.0 s."],
    [
      { state: "failed", error: lost },
      /^The connection ended after 2\.0 s, while b loaded; lab\.models\.current\(\) says/,
    ],
    [{ state: "cancelled", error: lost }, /^The load of b was given up after 2\.0 s; lab\.models\.current\(\) says/],
  ] as const;
  for (const [end, words] of rows) {
    it(`${end.state} by ${end.error.code}: ${words}`, () => {
      const text = unfinishedLoadText("b", end, 2000);
      if (typeof words === "string") expect(text).to.equal(words);
      else expect(text).to.match(words).and.not.include("not loaded");
    });
  }
});

describe("an interrupted load", () => {
  let fake: FakeLabServer;
  let lab: Lab;
  let shown: string[][];
  beforeEach(async () => {
    fake = await FakeLabServer.start();
    fake.on("POST /models/load", () => {});
    lab = await connectLab(fake.url);
    shown = [];
    const newDisplay = () => {
      const states: string[] = [];
      shown.push(states);
      return { raw: (_mime: string, source: string) => states.push(source) };
    };
    kernelHost.__tslab__ = { require: () => ({ newDisplay }) };
  });
  afterEach(async () => {
    delete kernelHost.__tslab__;
    await lab.stop();
    await fake.stop();
  });

  const interrupted = async (): Promise<"done" | "left"> => {
    const failed = rejection(lab.models.load("b"));
    const request = await fake.request(({ path }) => path === "/models/load");
    process.emit("SIGINT");
    expect((await failed).code).to.equal("request_cancelled");
    expect(shown.at(-1)?.at(-1)).to.include("The load of b was given up");
    return request.outcome;
  };
  const says = (words: string): Promise<void> => until(() => shown.at(-1)?.at(-1)?.includes(words) === true);

  it("closes its request, and its output ends on what is loaded then", async () => {
    expect(await interrupted()).to.equal("left");
    await says("The load of b was given up; sample is loaded.");
  });

  it("is told as loaded when it was too late", async () => {
    Object.assign(fake.health, { loading: { model: "b", progress: 0.9 } });
    await interrupted();
    Object.assign(fake.health, { loading: null, model: "b" });
    await says("b is loaded: its load was given up too late");
  });

  it("is told as loading on when the server goes on with it", async () => {
    Object.assign(fake.health, { loading: { model: "b", progress: 0.1 } });
    await interrupted();
    await says("b still loads: others wait for it");
  });

  it("is told no further when the server does not answer", async () => {
    fake.on("GET /health", (_, response) => sendError(response, 500, "internal_error", "No."));
    const connection = new Connection(fake.url, undefined);
    expect(await afterGivingUp(connection, "b")).to.equal(undefined);
    connection.close();
  });
});

describe("an interrupt of the cell", () => {
  let fake: FakeLabServer;
  let lab: Lab;
  beforeEach(async () => {
    fake = await FakeLabServer.start();
    lab = await connectLab(fake.url);
    kernelHost.__tslab__ = { require: () => ({ newDisplay: () => ({ raw: () => {} }) }) };
  });
  afterEach(async () => {
    delete kernelHost.__tslab__;
    await lab.stop();
    await fake.stop();
  });

  const calls: readonly (readonly [what: string, path: string, call: () => PromiseLike<unknown>])[] = [
    ["a request", "/generate", () => lab.generate("The sea")],
    ["a request that is shown", "/chat", () => lab.show([{ role: "user", content: "Hello" }])],
    ["a batch's request", "/generate", () => lab.batch(["a", "b"])],
    ["a load", "/models/load", () => lab.models.load("b")],
    ["an unload", "/models/unload", () => lab.models.unload("b")],
    ["a publication", "/publish", () => lab.publish()],
  ];
  for (const [what, path, call] of calls) {
    it(`ends ${what}, to ${path}, that the server does not answer, and closes it`, async () => {
      fake.on(`POST ${path}`, () => {});
      const failed = rejection<LabRequestError>(Promise.resolve(call()));
      const request = await fake.request((seen) => seen.path === path);
      process.emit("SIGINT");
      expect((await failed).code).to.equal("request_cancelled");
      expect(await request.outcome).to.equal("left");
    });
  }
});
