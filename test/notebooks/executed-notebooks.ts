/** The project's notebooks, executed once for all tests by real Jupyter, in real tslab kernels. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureBuild } from "../../scripts/setup/build.mjs";
import { endLabs } from "../../scripts/setup/end-labs.mjs";
import { makeCertificates } from "../support/ngrok-edge/certificates.js";
import { LoopbackEdge } from "../support/ngrok-edge/loopback-edge.js";
import { runProgram } from "../support/run-program.js";
import { temporaryFolder } from "../support/temp-folder.js";
import { jupyterPython, notebookEnvironment } from "./jupyter-program.js";
import { notebookFolder, notebookNames } from "./notebook-file.js";

export interface Executed {
  /** Folder with each executed notebook, and with it as HTML: `<name>.light.html` and `<name>.dark.html`. */
  readonly folder: string;
  /** By file name: exit code and what the runner said, one line with the seconds when all went well. */
  readonly reports: ReadonlyMap<string, { readonly code: number | null; readonly text: string }>;
  /** Agent sessions of the notebook that publishes: opened in all, and left when all notebooks had ended. */
  readonly sessions: { readonly opened: number; readonly left: number };
}

const runner = fileURLToPath(new URL("../../scripts/run-notebooks.py", import.meta.url));
/** Milliseconds one notebook may take, on a busy machine; the runner ends it sooner, to say where it was. */
const notebookTimeoutMs = 150_000;
const notebookLimitSeconds = "100";

let executed: Promise<Executed> | undefined;

/** Call it in a `before` hook: what is made within a test goes with the test. */
export function executedNotebooks(): Promise<Executed> {
  executed ??= execute();
  return executed;
}

async function execute(): Promise<Executed> {
  await ensureBuild({ log: () => {} });
  const python = await jupyterPython();
  const { runtimeDir, env } = await notebookEnvironment();
  const folder = temporaryFolder();
  const edge = await LoopbackEdge.start({ certificates: await makeCertificates(join(temporaryFolder(), "edge")) });
  Object.assign(env, {
    NGROK_AUTHTOKEN: LoopbackEdge.token,
    LOCALLAB_NGROK_SERVER_ADDR: edge.serverAddr,
    LOCALLAB_NGROK_CA_FILE: edge.caFile,
  });
  const reports = new Map<string, { code: number | null; text: string }>();
  for (const name of notebookNames) {
    const args = [
      runner,
      join(notebookFolder, name),
      "--limit",
      notebookLimitSeconds,
      "--output-dir",
      folder,
      "--html",
      "both",
    ];
    const { code, stdout, stderr } = await runProgram(python, args, { env, timeoutMs: notebookTimeoutMs });
    reports.set(name, { code, text: (stdout + stderr).trim() });
  }
  await endLabs({ runtimeDir, since: 0 });
  rmSync(runtimeDir, { recursive: true, force: true });
  const sessions = { opened: edge.agents.auths.length, left: edge.agents.sessions.size };
  await edge.close();
  return { folder, reports, sessions };
}
