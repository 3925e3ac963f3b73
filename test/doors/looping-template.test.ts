import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { randomModel } from "../../scripts/models/random-model.js";
import { type RealServer, startRealServer } from "../support/real-server.js";

const loop = "{% for i in range(100000) %}{% for j in range(100000) %}{{ '' }}{% endfor %}{% endfor %}";
/** Renders at once, but for conversations of more than 40 messages never. */
const template =
  `{% if messages | length > 40 %}${loop}{% endif %}` +
  "{% for message in messages %}[{{ message['role'] }}: {{ message['content'] }}]{% endfor %}" +
  "{% if add_generation_prompt %}[assistant: {% endif %}";

const shape = {
  width: 64,
  layers: 1,
  heads: 2,
  keyHeads: 2,
  feedForward: 64,
  vocabulary: 320,
  contextLength: 4096,
  ropeBase: 1e4,
};

describe("a chat template that never ends", function () {
  this.timeout(90_000);
  let lab: RealServer;

  before(async () => {
    lab = await startRealServer({ model: "none" });
    mkdirSync(lab.settings.modelsDir, { recursive: true });
    const file = randomModel("loops", shape, "F32");
    file.metadata.set("tokenizer.chat_template", { type: "string", value: template });
    await file.write(join(lab.settings.modelsDir, "loops.gguf"));
    expect((await lab.post("/models/load", { model_id: "loops" })).status).to.equal(200);
  });
  after(() => lab.stop());

  it("costs its own request a moment and nobody else anything", async () => {
    const turns = (count: number): { role: string; content: string }[] =>
      Array.from({ length: count }, (_, turn) => ({ role: turn % 2 === 0 ? "user" : "assistant", content: "hello" }));
    const chat = (count: number) => lab.post("/chat", { messages: turns(count), max_length: 4, max_time: 60 });
    expect((await chat(1)).status).to.equal(200);
    const pid = await lab.enginePid();
    const began = performance.now();
    const endless = await chat(61);
    expect([endless.status, endless.json.error.code]).to.deep.equal([400, "invalid_request"]);
    expect(endless.json.error.message).to.match(/template .* longer than 300 ms$/);
    expect(performance.now() - began).to.be.below(10_000);
    expect((await chat(1)).status).to.equal(200);
    expect(await lab.enginePid()).to.equal(pid);
  });
});
