import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { ensurePythonClients } from "../../../scripts/setup/python-clients.mjs";
import { skipNotice, skippedParts } from "../../../scripts/setup/skip.mjs";
import { type ClientLab, startClientLab } from "../../clients/client-lab.js";
import { type ClientName, clientMatrix, type Feature, features } from "../../clients/client-matrix.js";
import { type FaultyLab, startFaultyLab } from "../../clients/faulty-lab.js";
import { runProgram } from "../../support/run-program.js";
import { given } from "./given.js";

interface Check {
  readonly feature: Feature | "end";
  /** What went wrong; null for nothing. */
  readonly problem: string | null;
}

/** The program of each client. */
const programs = {
  "openai (Python)": "openai_client.py",
  "anthropic (Python)": "anthropic_client.py",
  "langchain-openai": "langchain_client.py",
  litellm: "litellm_client.py",
  instructor: "instructor_client.py",
  llm: "llm_client.py",
} as const satisfies Partial<Record<ClientName, string>>;

for (const [client, program] of Object.entries(programs) as [keyof typeof programs, string][]) {
  describe(`${client} with a real server`, function () {
    this.timeout(300_000);
    let lab: ClientLab | undefined;
    let faulty: FaultyLab | undefined;
    let checks: readonly Check[] = [];

    before(async function () {
      if (skippedParts().has("python-clients")) {
        console.log(`      ${skipNotice("python-clients")}`);
        return this.skip();
      }
      const { python, instructor } = await ensurePythonClients({ log: console.log });
      lab = await startClientLab();
      faulty = await startFaultyLab();
      const path = fileURLToPath(new URL(program, import.meta.url));
      const args = [path, JSON.stringify(given(lab, faulty))];
      const its = client === "instructor" ? instructor : python;
      const { stdout, stderr } = await runProgram(its, args, { timeoutMs: 240_000 });
      checks = stdout
        .split("\n")
        .filter((line) => line.startsWith('{"feature"'))
        .map((line) => JSON.parse(line) as Check);
      if (!checks.some(({ feature }) => feature === "end")) throw new Error(`It did not get to its end.\n${stderr}`);
    });
    after(async () => {
      await lab?.stop();
      await faulty?.close();
    });

    for (const feature of clientMatrix[client].does) {
      it(features[feature], () => {
        const check = checks.find((one) => one.feature === feature);
        if (check === undefined) throw new Error("The program has no such check.");
        if (check.problem !== null) throw new Error(check.problem);
      });
    }

    it("is tested for what the table says, and nothing else", () => {
      const tested = checks.map(({ feature }) => feature).filter((feature) => feature !== "end");
      expect([...tested].sort()).to.deep.equal([...clientMatrix[client].does].sort());
    });
  });
}
