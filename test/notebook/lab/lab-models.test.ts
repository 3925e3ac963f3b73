import { inspect } from "node:util";
import { expect } from "chai";
import type { LabRequestError } from "../../../src/notebook/client/request-error.js";
import { connectLab } from "../../../src/notebook/lab/connect-lab.js";
import type { Lab } from "../../../src/notebook/lab/lab.js";
import type { LoadOptions } from "../../../src/notebook/lab/lab-models.js";
import { FakeLabServer, sendError, sendJson } from "../../support/fake-lab-server.js";
import { rejection } from "../../support/rejection.js";

describe("the models of a lab", () => {
  let fake: FakeLabServer;
  let lab: Lab;
  beforeEach(async () => {
    fake = await FakeLabServer.start();
    lab = await connectLab(fake.url);
  });
  afterEach(async () => {
    await lab.stop();
    await fake.stop();
  });

  const sent = (path: string): unknown => fake.seen.find((request) => request.path === path)?.body;

  it("are loaded with a context, slots and a time to stay", async () => {
    await lab.models.load("b", { context: 512, slots: 2, keepAlive: "10m", waitSeconds: 1 });
    expect(sent("/models/load")).to.deep.equal({ model_id: "b", context: 512, slots: 2, keep_alive: "10m" });
  });

  it("are unloaded by id, or the current one without", async () => {
    await lab.models.unload("b");
    expect(sent("/models/unload")).to.deep.equal({ model_id: "b" });
    fake.seen.splice(0);
    await lab.models.unload();
    expect(sent("/models/unload")).to.deep.equal({});
  });

  it("say what to do when one is not there", async () => {
    fake.on("POST /models/unload", (_, response) =>
      sendError(response, 404, "model_not_found", '"b" is not in memory.'),
    );
    const error = await rejection<LabRequestError>(lab.models.unload("b"));
    expect(inspect(error)).to.include("not in memory. In a cell: await lab.models.list().");
  });

  it("pass a refusal of the lab on in the words of the cell", async () => {
    fake.on("POST /models/load", (_, response) => {
      const message = 'keep_alive is "xx". It must be a duration.';
      const error = { message, type: "invalid_request_error", param: "keep_alive", code: "invalid_request" };
      sendJson(response, 400, { detail: message, error });
    });
    const error = await rejection<LabRequestError>(lab.models.load("b", { keepAlive: "xx" }));
    expect(error).to.include({ code: "invalid_request", param: "keepAlive", status: 400 });
    expect(error.message).to.equal('keepAlive is "xx". It must be a duration.');
  });

  const slips: readonly (readonly [load: () => Promise<unknown>, words: RegExp])[] = [
    [
      () => lab.models.load("b", { keepAlive: Number.NaN }),
      /^lab\.models\.load: keepAlive is NaN\. It must be seconds/,
    ],
    [() => lab.models.load("b", { keep_alive: "1m" } as LoadOptions), /no option "keep_alive".*keepAlive/],
    [() => lab.models.load({ id: "b" } as unknown as string), /load wants the id of a model/],
    [() => lab.models.load(""), /load wants the id of a model/],
    [() => lab.models.unload(null as unknown as string), /unload wants the id of a model/],
  ];
  for (const [call, words] of slips) {
    it(`refuse before anything is sent: ${words.source}`, async () => {
      const before = fake.seen.length;
      const error = await rejection<LabRequestError>(call());
      expect(error.code).to.equal("invalid_request");
      expect(error.message).to.match(words);
      expect(fake.seen.slice(before)).to.deep.equal([]);
    });
  }
});
