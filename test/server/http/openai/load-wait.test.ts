import { expect } from "chai";
import type { FakeModels } from "../../../support/fake-models.js";
import { openDoor } from "../../../support/http-client.js";
import { ResidentsBench } from "../../../support/residents-bench.js";

const body = { model: "slow", messages: [{ role: "user", content: "x" }] };

describe("a model that loads for longer than a client waits", () => {
  it("goes on loading, so that the client finds it there when it asks again", async () => {
    const bench = new ResidentsBench(["slow"]);
    const models = bench.models as unknown as FakeModels;
    const door = await openDoor({ parts: { models }, timings: { loadWaitMs: 300 } });
    try {
      bench.holdsLoads = true;
      const refused = await door.post("/v1/chat/completions", body);
      expect([refused.status, refused.json.error.code, refused.headers["retry-after"]]).to.deep.equal([
        503,
        "model_loading",
        "2",
      ]);
      bench.loads[0]?.finish();
      await bench.until(() => bench.inMemory.includes("slow"));
      const { json } = await door.post("/v1/chat/completions", body);
      expect(json.choices[0].message.content).to.equal("Hello world");
      expect(bench.loads).to.have.length(1);
    } finally {
      await door.close();
      await bench.close();
    }
  });
});
