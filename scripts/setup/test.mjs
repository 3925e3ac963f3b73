/** What `npm test`, `npm run test:real` and `npm run check` do. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureLlamaServer } from "../llama-server/ensure-llama-server.mjs";
import { ensureBuild } from "./build.mjs";
import { staticChecks } from "./check-steps.mjs";
import { ensureChromium } from "./chromium.mjs";
import { ensureClassicNotebook } from "./classic-notebook.mjs";
import { ensureDependencies } from "./dependencies.mjs";
import { ensureEmbeddingModel } from "./embedding-model.mjs";
import { ensureJupyter } from "./jupyter.mjs";
import { ensureJupyterProxy } from "./jupyter-proxy.mjs";
import { ensureLocallabClient } from "./locallab-client.mjs";
import { ensureOtherNodes } from "./other-nodes.mjs";
import { ensurePythonClients } from "./python-clients.mjs";
import { runMocha } from "./run-mocha.mjs";
import { runTests } from "./run-tests.mjs";
import { skipNotice, skippedParts } from "./skip.mjs";
import { defaultModelsFolder, ensureStarterModel } from "./starter-model.mjs";
import { runStep } from "./steps.mjs";
import { finish } from "./summary.mjs";
import { pureFiles } from "./test-groups.mjs";

/** @typedef {import("./run-mocha.mjs").TestNumbers} TestNumbers */

/** Everything but the layer `real`. Runs every step, the later ones also when an earlier one failed. */
export async function test() {
  const installed = await dependencies();
  if (!installed.ok) return finish([installed], undefined);
  const before = [
    installed,
    await runStep("jupyter", unlessSkipped("jupyter", jupyter)),
    await runStep("chromium", unlessSkipped("browser", chromium)),
    await build(),
    await runStep("starter model", unlessSkipped("starter-model", starterModel)),
    await runStep("embedding model", unlessSkipped("embedding-model", embeddingModel)),
    ...(await staticChecks()),
  ];
  const { result, numbers } = await testStep((log) => runTests({ log }));
  finish([...before, result], numbers);
}

/** The layer that takes longer or needs other programs. */
export async function testReal() {
  const installed = await dependencies();
  if (!installed.ok) return finish([installed], undefined);
  const before = [
    installed,
    await runStep("jupyter", unlessSkipped("jupyter", jupyter)),
    await runStep("chromium", unlessSkipped("browser", chromium)),
    await build(),
    await runStep("nodes", unlessSkipped("nodes", nodes)),
    await runStep("llama-server", unlessSkipped("llama-server", llamaServer)),
    await runStep("client", unlessSkipped("locallab-client", locallabClient)),
    await runStep("clients", unlessSkipped("python-clients", pythonClients)),
    await runStep("jupyter proxy", unlessSkipped("jupyter-proxy", jupyterProxy)),
    await runStep("classic notebook", unlessSkipped("classic-notebook", classicNotebook)),
    await runStep("starter model", unlessSkipped("starter-model", starterModel)),
    await runStep("embedding model", unlessSkipped("embedding-model", embeddingModel)),
  ];
  const { result, numbers } = await testStep((log) => runTests({ log, layer: "real" }));
  finish([...before, result], numbers);
}

/** What is known within a minute: types, lint, dead code, floors and the pure rooms. */
export async function check() {
  const checks = await staticChecks();
  const { result, numbers } = await testStep(async () => {
    const folder = mkdtempSync(join(tmpdir(), "locallab-check-"));
    try {
      const run = await runMocha(pureFiles(), { output: join(folder, "numbers.json"), quiet: true });
      if (run.problem !== undefined) process.stdout.write(run.screen);
      return run;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
  finish([...checks, result], numbers);
}

const dependencies = () =>
  runStep("dependencies", async (log) => {
    const { installed, packages } = await ensureDependencies({ log });
    return `${packages} packages ${installed ? "installed" : "up to date"}`;
  });

const build = () => runStep("build", async (log) => ((await ensureBuild({ log })).built ? "built" : "up to date"));

/** @param {(log: (line: string) => void) => Promise<{ numbers: TestNumbers, problem: string | undefined }>} run */
async function testStep(run) {
  /** @type {TestNumbers | undefined} */
  let numbers;
  const work = async (/** @type {(line: string) => void} */ log) => {
    const outcome = await run(log);
    numbers = outcome.numbers;
    if (outcome.problem !== undefined) throw new Error(outcome.problem);
    return `${outcome.numbers.passed} passed`;
  };
  const result = await runStep("tests", work, { heartbeat: false });
  return { result, numbers };
}

/** @param {(line: string) => void} log */
async function jupyter(log) {
  const { python, source } = await ensureJupyter({ log, frontEnd: true, mayInstall: true });
  // the tests start their kernels with it
  process.env.LOCALLAB_TEST_PYTHON = python;
  return `${python} (${source})`;
}

/** @param {(line: string) => void} log */
async function starterModel(log) {
  const { path } = await ensureStarterModel({ log, modelsDir: await defaultModelsFolder() });
  // the tests have cache folders of their own
  process.env.LOCALLAB_TEST_STARTER = path;
  return path;
}

/** @param {(line: string) => void} log */
async function embeddingModel(log) {
  const { folder } = await ensureEmbeddingModel({ log });
  return folder;
}

/** @param {(line: string) => void} log */
async function nodes(log) {
  const { versions } = await ensureOtherNodes({ log });
  return versions.length === 0 ? "none for this platform: those on this machine are taken" : versions.join(", ");
}

/** @param {(line: string) => void} log */
async function chromium(log) {
  const { path, version, source } = await ensureChromium({ log });
  return `${path} ${version} (${source})`;
}

/** @param {(line: string) => void} log */
async function llamaServer(log) {
  const { version, built } = await ensureLlamaServer({ log });
  return `for engine ${version} ${built ? "built" : "there"}`;
}

/** @param {(line: string) => void} log */
const locallabClient = async (log) => `${(await ensureLocallabClient({ log })).python} has it`;

/** @param {(line: string) => void} log */
const pythonClients = async (log) => Object.values(await ensurePythonClients({ log })).join(" and ");

/** @param {(line: string) => void} log */
const jupyterProxy = async (log) => `${(await ensureJupyterProxy({ log })).python} has it`;

/** @param {(line: string) => void} log */
const classicNotebook = async (log) => `${(await ensureClassicNotebook({ log })).python} has it`;

/**
 * @param {import("./skip.mjs").Part} part
 * @param {(log: (line: string) => void) => Promise<string>} work
 * @returns {(log: (line: string) => void) => Promise<string>}
 */
function unlessSkipped(part, work) {
  return async (log) => (skippedParts().has(part) ? skipNotice(part) : work(log));
}
