/** `npm run bench:notebook`: how long a person waits in a notebook, as medians of 5 rounds. */
import { join } from "node:path";
import { removeTemporaryFolders, temporaryFolder } from "../../test/support/temp-folder.js";
import { formatTable } from "../bench/format-table.js";
import { median } from "../bench/percentile.js";
import { ensureBuild } from "../setup/build.mjs";
import { endLabs } from "../setup/end-labs.mjs";
import { ensureJupyter } from "../setup/jupyter.mjs";
import { measureRound, type Round } from "./measure-round.js";

const rounds = 5;

/** What is measured, and the most milliseconds it should take; null where the kernel alone decides. */
const rows: readonly { readonly step: keyof Round; readonly what: string; readonly aimMs: number | null }[] = [
  { step: "kernel", what: "kernel ready", aimMs: null },
  { step: "import", what: "first import", aimMs: null },
  { step: "start", what: "startLab, sample model ready", aimMs: 1500 },
  { step: "attach", what: "attached again after a restart", aimMs: 300 },
  { step: "cell", what: "empty cell", aimMs: 100 },
  { step: "ask", what: "cell that asks the lab", aimMs: 100 },
];

async function main(): Promise<void> {
  const log = (line: string): void => console.error(line);
  await ensureBuild({ log });
  const { python } = await ensureJupyter({ log });
  const folder = temporaryFolder();
  const runtimeDir = join(folder, "run");
  const env = { LOCALLAB_RUNTIME_DIR: runtimeDir, LOCALLAB_CACHE_DIR: join(folder, "cache") };
  try {
    log("a first round, not counted: it writes the sample model …");
    await measureRound(env, python);
    const measured: Round[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      log(`round ${round} of ${rounds} …`);
      measured.push(await measureRound(env, python));
    }
    console.log(report(measured));
  } finally {
    await endLabs({ runtimeDir, since: 0 });
    removeTemporaryFolders();
  }
}

function report(measured: readonly Round[]): string {
  const ms = (value: number): string => `${value.toFixed(0)} ms`;
  const lines = rows.map(({ step, what, aimMs }) => {
    const times = measured.map((round) => round[step]);
    const verdict = aimMs === null ? "" : `${median(times) <= aimMs ? "ok" : "MISSED"}, aim ${ms(aimMs)}`;
    return [what, ms(median(times)), ms(Math.min(...times)), ms(Math.max(...times)), verdict];
  });
  return formatTable([["", "median", "least", "most", "aim"], ...lines], 1);
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => {
    // the kernel ends with this process, its lab soon after
    removeTemporaryFolders();
    process.exit(130);
  });
}
await main();
