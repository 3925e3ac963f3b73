import { aiSdkClient } from "./ai-sdk-client.js";
import { anthropicClient } from "./anthropic-client.js";
import { startClientLab } from "./client-lab.js";
import type { ClientLabs } from "./client-labs.js";
import { startFaultyLab } from "./faulty-lab.js";
import { langchainClient } from "./langchain-client.js";
import { openaiClient } from "./openai-client.js";
import { recordedRequests } from "./recorded-requests.js";

describe("a lab and the clients that people have", function () {
  // a model is loaded where a client first names it
  this.timeout(60_000);
  const labs = {} as ClientLabs;

  before(async () => {
    labs.lab = await startClientLab();
    labs.faulty = await startFaultyLab();
  });
  after(async () => {
    await labs.lab?.stop();
    await labs.faulty?.close();
  });

  openaiClient(labs);
  anthropicClient(labs);
  langchainClient(labs);
  aiSdkClient(labs);
  recordedRequests(labs);
});
