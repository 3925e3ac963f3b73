/** The Jupyter server that started this kernel, as it notes itself for others. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { environment } from "./environment.js";

/**
 * Address at which it says it listens, its `base_url` included; undefined when it is not known.
 *
 * A server writes `jpserver-<pid>.json` into the folder in which it keeps its kernels' connection files, and tells the
 * kernel its process (`JPY_PARENT_PID`). Source: jupyter_server 2 and jupyter_client.
 */
export function jupyterServerUrl(
  env: NodeJS.ProcessEnv = environment(),
  argv: readonly string[] = process.argv,
): string | undefined {
  const connectionFile = argv.find((argument) => /[\\/]kernel-[^\\/]*\.json$/.test(argument));
  const folder = connectionFile === undefined ? env.JUPYTER_RUNTIME_DIR : dirname(connectionFile);
  const pid = env.JPY_PARENT_PID;
  if (folder === undefined || pid === undefined || !/^\d+$/.test(pid)) return undefined;
  try {
    const { url } = JSON.parse(readFileSync(join(folder, `jpserver-${pid}.json`), "utf8")) as { url?: unknown };
    return typeof url === "string" ? url : undefined;
  } catch {
    // started by something else: a runner of notebooks, an editor
    return undefined;
  }
}
