/** What a publication shows, and what its visitors get through it. */
import { expect } from "chai";
import { LabError } from "../../../src/server/errors.js";
import { publishBody } from "../../../src/server/schema/publish.js";
import { finishWith } from "../../support/fake-models.js";
import { openStream } from "../../support/stream-reader.js";
import { PublisherBench } from "./publisher-bench.js";
import { skipWithoutAgent } from "./tunnel-bench.js";

describe("the models of a publication", function () {
  this.timeout(60_000);
  let bench: PublisherBench;

  before(function () {
    skipWithoutAgent(this);
  });
  beforeEach(async () => {
    bench = await PublisherBench.start();
  });
  afterEach(async () => bench?.stop());

  async function ask(key: string | null, model: string): Promise<number> {
    const headers = { Authorization: `Bearer ${key}`, "Content-Type": "application/json" };
    const body = JSON.stringify({ prompt: "x", max_length: 1, model_id: model });
    return (await fetch(`${bench.edge.publicUrl}/generate`, { method: "POST", headers, body })).status;
  }

  it("are the loaded one unless others are named, and stay in memory until it ends", async () => {
    const { key, models } = await bench.publisher.publish(bench.call);
    expect(models).to.deep.equal(["fake"]);
    expect(await ask(key, "fake")).to.equal(200);
    expect(await ask(key, "other")).to.be.oneOf([403, 404]);
    expect(bench.models.told).to.deep.equal(["pin fake", "owner's slot kept"]);
    await bench.publisher.close(0);
    expect(bench.models.told.slice(2)).to.deep.equal(["owner's slot free", "unpin"]);
  });

  it("are those that were named, each once", async () => {
    const { models, keys } = await bench.publisher.publish(publishBody.read({ models: ["other", "fake", "other"] }));
    expect(models).to.deep.equal(["other", "fake"]);
    expect(keys[0]?.models).to.deep.equal(["other", "fake"]);
    expect(bench.models.told[0]).to.equal("pin other,fake");
  });

  it("are named in what a second request asks for in vain", async () => {
    await bench.publisher.publish(bench.call);
    const again = await bench.publisher.publish(publishBody.read({ models: ["other"] }));
    expect(again.warnings.join()).to.contain('"models" changed nothing');
  });

  it("keep the lab from being published when they do not fit, and nothing is opened", async () => {
    bench.models.tooLarge = new LabError("model_load_failed", "They need 9 GiB; 4 GiB are free.");
    const error = await bench.publisher.publish(bench.call).catch((reason: unknown) => reason);
    expect(error).to.include({ code: "model_load_failed" });
    expect(bench.publisher.status().problem?.message).to.contain("9 GiB");
    expect(bench.models.told).to.deep.equal([]);
    expect(bench.edge.agents.auths).to.deep.equal([]);
  });

  it("may be silent as long as they like: a stream is kept open through the tunnel until they speak", async () => {
    const { key } = await bench.publisher.publish(bench.call);
    const before = bench.models.requests.length;
    bench.models.script = () => {};
    const port = Number(new URL(bench.edge.publicUrl).port);
    const headers = { Authorization: `Bearer ${key}`, Accept: "text/event-stream" };
    const opened = openStream(port, "/generate", { prompt: "x", stream: true }, headers);
    await bench.models.until(() => bench.models.requests.length > before);
    const { generation } = bench.models.requests.at(-1) as (typeof bench.models.requests)[number];
    generation.begin({ promptTokens: 7, cachedTokens: 0, maxTokens: 8 });
    const reader = await opened;
    // six times the pause after which a silent stream gets a comment: a minute of the real ones
    await reader.until(/(?:^:.*\n\n?){6}/m);
    expect(reader.text()).to.not.contain("data:");
    finishWith(generation, "at last", 2);
    expect(await reader.end()).to.match(/at last[\s\S]*data: \[DONE\]\n\n$/);
  });
});
