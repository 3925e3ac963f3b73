import { expect } from "chai";
import { createLog } from "../../../src/server/log.js";
import { Residents } from "../../../src/server/models/residents.js";
import { rejection } from "../../support/rejection.js";
import { rawRequest, testCaller } from "../../support/requests.js";
import { testSettings } from "../../support/test-settings.js";

describe("two real models", function () {
  this.timeout(60_000);
  let host: Residents;
  let remove: () => void;
  beforeEach(() => {
    const test = testSettings();
    remove = test.remove;
    host = new Residents({ settings: test.settings, log: createLog("silent") });
  });
  afterEach(async () => {
    await host.close(0);
    remove();
  });

  it("are in memory at once, each with its own answers", async () => {
    await host.load("sample");
    expect((await host.load("sample-b")).note).to.equal(null);
    const [a, b] = await Promise.all(
      ["sample", "sample-b"].map((id) => host.generate(id, rawRequest("The sea", { maxTokens: 12 }), testCaller)),
    );
    expect([a?.model, b?.model]).to.deep.equal(["sample", "sample-b"]);
    expect(a?.text).to.not.equal(b?.text);
    const models = host.status().models;
    expect(models.map(({ id, is_current, state }) => [id, is_current, state])).to.deep.equal([
      ["sample", false, "loaded"],
      ["sample-b", true, "loaded"],
    ]);
    for (const { memory_bytes } of models) expect(memory_bytes).to.be.greaterThan(1e6);
  });

  it("leave nothing of a load that nobody wants any more", async () => {
    const gone = new AbortController();
    const load = rejection(host.load("sample", {}, gone.signal));
    await until(() => (host.status().loading?.progress ?? 0) > 0);
    gone.abort();
    expect(await load).to.include({ code: "request_cancelled" });
    await until(() => host.status().loading === null);
    expect(host.status().models).to.deep.equal([]);
    expect(await host.close(0)).to.equal(0);
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
