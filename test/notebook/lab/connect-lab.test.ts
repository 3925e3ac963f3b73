import { expect } from "chai";
import type { LabRequestError } from "../../../src/notebook/client/request-error.js";
import { connectLab } from "../../../src/notebook/lab/connect-lab.js";
import { startLab } from "../../../src/notebook/start/start-lab.js";
import { FakeLabServer, sendError, sendJson } from "../../support/fake-lab-server.js";
import { ownEnvironment } from "../../support/own-environment.js";
import { rejection } from "../../support/rejection.js";

const key = "key-of-the-connect-tests";

describe("connectLab without a key", function () {
  this.timeout(60_000);
  ownEnvironment();
  let fake: FakeLabServer;

  beforeEach(async () => {
    fake = await FakeLabServer.start();
  });
  afterEach(async () => {
    delete process.env.LOCALLAB_API_KEY;
    await fake.stop();
  });

  const wantKey = (): void =>
    fake.on("GET /health", ({ headers }, response) => {
      if (headers.authorization === `Bearer ${key}`) return sendJson(response, 200, fake.health);
      const code = headers.authorization === undefined ? "missing_api_key" : "invalid_api_key";
      sendError(response, 401, code, "The lab's own words.");
    });
  const keysSeen = (): (string | undefined)[] => fake.seen.map(({ headers }) => headers.authorization);

  it("fails at once where the lab wants one", async () => {
    wantKey();
    expect(await rejection(connectLab(fake.url))).to.include({ code: "missing_api_key", status: 401 });
  });

  it("takes the one of LOCALLAB_API_KEY where the lab wants one", async () => {
    wantKey();
    process.env.LOCALLAB_API_KEY = key;
    const lab = await connectLab(`${fake.url}/v1`);
    expect([lab.url, lab.apiKey?.reveal()]).to.deep.equal([fake.url, key]);
    await lab.stop();
  });

  it("says that the variable's key is not known", async () => {
    wantKey();
    process.env.LOCALLAB_API_KEY = "another-key-of-the-tests";
    const error = await rejection<LabRequestError>(connectLab(fake.url));
    expect(error).to.include({ code: "invalid_api_key", status: 401 });
    expect(error.message).to.include(fake.url).and.include("LOCALLAB_API_KEY").and.not.include("another-key");
  });

  it("shows the variable's key to no lab that wants none", async () => {
    process.env.LOCALLAB_API_KEY = key;
    const lab = await connectLab(fake.url);
    expect(lab.apiKey).to.equal(undefined);
    expect(new Set(keysSeen())).to.deep.equal(new Set([undefined]));
    await lab.stop();
  });

  it("asks a lab of one's own with its own key, by whatever name of this machine", async () => {
    const name = "own-lab-of-the-connect-tests";
    const own = await startLab({ name, port: 0, model: "none", gpu: "off", apiKey: key });
    try {
      const { port } = new URL(own.url);
      for (const address of [own.url, `http://localhost:${port}/v1`]) {
        const lab = await connectLab(address);
        expect([lab.url, lab.apiKey?.reveal()], address).to.deep.equal([own.url, key]);
        expect((await lab.health()).state).to.equal("no_model");
        await lab.stop();
      }
      // another loopback address may be another user's
      await rejection(connectLab(`http://127.0.0.2:${port}`));
    } finally {
      await own.stop();
    }
  });
});
