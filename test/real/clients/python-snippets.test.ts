import { expect } from "chai";
import { ensurePythonClients } from "../../../scripts/setup/python-clients.mjs";
import { skipNotice, skippedParts } from "../../../scripts/setup/skip.mjs";
import { sdkSnippets } from "../../../src/notebook/displays/sdk-snippets.js";
import { type ClientLab, clientKey, models, startClientLab } from "../../clients/client-lab.js";
import { runProgram } from "../../support/run-program.js";

describe("the code in Python on a card", function () {
  this.timeout(120_000);
  let lab: ClientLab | undefined;
  let python: string;

  before(async function () {
    if (skippedParts().has("python-clients")) {
      console.log(`      ${skipNotice("python-clients")}`);
      return this.skip();
    }
    ({ python } = await ensurePythonClients({ log: console.log }));
    lab = await startClientLab();
  });
  after(() => lab?.stop());

  for (const title of ["openai (Python)", "Anthropic (Python)", "LangChain (Python)", "LiteLLM"]) {
    it(`for ${title} runs as it stands and prints what the model wrote`, async () => {
      // the scripted model says the same whatever it is asked, at whatever temperature
      const asked = { url: lab?.address ?? "", needsKey: true, model: models.thinks };
      const code = sdkSnippets(asked).find((one) => one.title === title)?.code ?? "";
      const env = { LOCALLAB_API_KEY: clientKey, LITELLM_LOCAL_MODEL_COST_MAP: "True" };
      const { code: exit, stdout, stderr } = await runProgram(python, ["-c", code], { env, timeoutMs: 100_000 });
      expect(exit, stderr).to.equal(0);
      expect(stdout.trim()).to.equal("Hello there! 🦙");
    });
  }
});
