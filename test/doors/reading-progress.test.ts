/** A real model that reads a long prompt. */
import { expect } from "chai";
import type { RealServer } from "../support/real-server.js";
import { startStarterServer } from "../support/starter-server.js";
import { openStream } from "../support/stream-reader.js";

describe("a long prompt", () => {
  let lab: RealServer;
  before(async function () {
    this.timeout(180_000);
    lab = await startStarterServer();
  });
  after(() => lab?.stop());

  it("is told to be read further and further, by the model's own count", async function () {
    this.timeout(180_000);
    const prompt = Array.from({ length: 700 }, (_, index) => `The sea has ${index} waves.`)
      .join(" ")
      .slice(0, 9000);
    const body = { prompt, max_length: 1, stream: true };
    const stream = await openStream(lab.port, "/generate", body, { Accept: "text/event-stream" });
    const text = await stream.end();
    const told = [...text.matchAll(/^: progress (.*)$/gm)].map(([, json]) => JSON.parse(json as string));
    const read = told.filter(({ state }) => state === "prefilling");
    const [, whole] = /"prompt_tokens":(\d+),"completion_tokens"/.exec(text) ?? [];
    expect(read.length).to.be.greaterThan(1);
    for (const { prompt_tokens } of read) expect(prompt_tokens).to.equal(Number(whole));
    const counts: number[] = read.map(({ read_tokens }) => read_tokens);
    expect(counts).to.deep.equal(counts.toSorted((one, other) => one - other));
    expect(counts.at(-1)).to.be.within(1, Number(whole));
  });
});
