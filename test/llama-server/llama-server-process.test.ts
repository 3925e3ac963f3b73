import { expect } from "chai";
import { LlamaServerProcess } from "../../scripts/llama-server/llama-server-process.js";

const settings = { model: "/no/such/model.gguf", slots: 1, context: 512, threads: 1 };

async function refusalOf(program: string): Promise<string> {
  const server = new LlamaServerProcess({ ...settings, program }, new AbortController().signal);
  try {
    return `it stands at ${await server.ready()}`;
  } catch (error) {
    return (error as Error).message;
  } finally {
    await server.stop();
  }
}

describe("a llama-server of our own", () => {
  it("says that its program is not there", async () => {
    expect(await refusalOf("/no/such/llama-server")).to.match(/ended while it started\. spawn \/no\/such.* ENOENT/);
  });

  it("says what its program printed when it ended at once", async () => {
    expect(await refusalOf(process.execPath)).to.match(/ended while it started\.\s+.*bad option/);
  });
});
