/** The code on a lab's card, run as it stands. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Snippet } from "../../../src/notebook/displays/sdk-snippets.js";
import { snippets } from "../../../src/notebook/displays/snippets.js";
import { type RealServer, startRealServer } from "../../support/real-server.js";
import { runProgram } from "../../support/run-program.js";
import { temporaryFolder } from "../../support/temp-folder.js";

describe("the code on a card", function () {
  this.timeout(120_000);
  const apiKey = "key-of-the-snippets-0001";
  let lab: RealServer;
  before(async () => {
    lab = await startRealServer({ apiKey });
  });
  after(async () => lab.stop());

  /** Standard output of the snippet in the program it is for. */
  async function run(title: string, needsKey: boolean, isElsewhere: boolean): Promise<string> {
    const all = snippets(lab.server.url, needsKey, isElsewhere);
    const { code } = all.find((one) => one.title === title) as Snippet;
    const file = join(temporaryFolder(), "snippet.mjs");
    writeFileSync(file, code);
    const [program, ...args] = { curl: ["sh", file], fetch: [process.execPath, file], Python: ["python3", file] }[
      title
    ] as [string, ...string[]];
    const env = { ...process.env, LOCALLAB_API_KEY: apiKey };
    const { code: exit, stdout, stderr } = await runProgram(program, args, { env, timeoutMs: 60_000 });
    expect(exit, stderr).to.equal(0);
    return stdout;
  }

  for (const title of ["curl", "fetch", "Python"]) {
    it(`for ${title} runs as it stands and prints what the model wrote`, async function () {
      if (title === "curl" && !has("curl")) return this.skip();
      const said = await run(title, true, true);
      const text = title === "curl" ? JSON.parse(said).response : said;
      expect(text.trim().length).to.be.greaterThan(3);
      expect(text).to.not.include("api_key");
    });
  }

  for (const title of ["openai (TypeScript)", "AI SDK"]) {
    it(`for ${title} runs as it stands, with a key and without one`, async () => {
      const open = await startRealServer({});
      try {
        for (const [server, needsKey] of [
          [lab, true],
          [open, false],
        ] as const) {
          const all = snippets(server.server.url, needsKey, false, "sample");
          const { code } = all.find((one) => one.title === title) as Snippet;
          // from here, where the packages are
          const args = ["--input-type=module", "--eval", code];
          const env = { ...process.env, LOCALLAB_API_KEY: apiKey };
          const { code: exit, stdout, stderr } = await runProgram(process.execPath, args, { env, timeoutMs: 60_000 });
          expect(exit, stderr).to.equal(0);
          expect(stdout.trim().length).to.be.greaterThan(3);
        }
      } finally {
        await open.stop();
      }
    });
  }

  it("without a key in it asks without one", async () => {
    const open = await startRealServer({});
    const { code } = snippets(open.server.url, false).find(({ title }) => title === "Python") as Snippet;
    const { stdout, stderr } = await runProgram("python3", ["-c", code], { timeoutMs: 60_000 });
    await open.stop();
    expect(stderr).to.equal("");
    expect(stdout.trim().length).to.be.greaterThan(3);
  });
});

function has(program: string): boolean {
  try {
    execFileSync(program, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
