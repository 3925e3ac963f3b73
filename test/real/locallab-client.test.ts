import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { ensureLocallabClient } from "../../scripts/setup/locallab-client.mjs";
import { skipNotice, skippedParts } from "../../scripts/setup/skip.mjs";
import type { RealServer } from "../support/real-server.js";
import { runProgram } from "../support/run-program.js";
import { isStarterModelSkipped } from "../support/starter-model.js";
import { starterId, startStarterServer } from "../support/starter-server.js";

const program = fileURLToPath(new URL("locallab-client.py", import.meta.url));
const key = "key-of-the-client-tests-0001";

interface Check {
  readonly group: string;
  readonly name: string;
  readonly ok: boolean;
  readonly seen: string;
}

/** How many checks each group has: one that ends early must not pass. */
const groups = { async: 20, streams: 12, errors: 15, keys: 5, sync: 14 } as const;

describe("LocalLab's own Python client", function () {
  this.timeout(300_000);
  let checks: readonly Check[] = [];
  const servers: RealServer[] = [];

  before(async function () {
    if (skippedParts().has("locallab-client")) console.log(`      ${skipNotice("locallab-client")}`);
    if (skippedParts().has("locallab-client") || isStarterModelSkipped()) return this.skip();
    const { python } = await ensureLocallabClient({ log: console.log });
    const open = await startStarterServer({ slots: 4, context: 4096, resident: 2 });
    servers.push(open);
    const gated = await startStarterServer({ slots: 1, context: 1024, apiKey: key });
    servers.push(gated);
    const address = ({ port }: RealServer): string => `http://127.0.0.1:${port}`;
    const args = [program, address(open), starterId, "sample", key, address(gated)];
    const { stdout, stderr } = await runProgram(python, args, { timeoutMs: 240_000 });
    checks = stdout
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as Check);
    if (!checks.some(({ group }) => group === "end")) throw new Error(`The client did not get to its end.\n${stderr}`);
  });

  after(async () => {
    for (const server of servers) await server.stop();
  });

  for (const [group, count] of Object.entries(groups)) {
    it(`gets what it wants: ${group}`, () => {
      const its = checks.filter((check) => check.group === group);
      expect(its.filter(({ ok }) => !ok)).to.deep.equal([]);
      expect(its).to.have.length(count);
    });
  }
});
