/**
 * The TypeScript kernel, as Jupyter starts it: `node kernel-main.js --connection-file FILE`.
 *
 * `--config-path` is what tslab's own kernel specs say for the same.
 */
import { parseArgs } from "node:util";
import { requireTslab, tslabComplaint } from "./tslab.js";

const { values } = parseArgs({
  options: { "connection-file": { type: "string" }, "config-path": { type: "string" } },
});
const connectionFile = values["connection-file"] ?? values["config-path"];
const complaint =
  connectionFile === undefined ? "Jupyter starts this program: --connection-file FILE" : tslabComplaint();

if (complaint !== undefined || connectionFile === undefined) {
  process.stderr.write(`${complaint}\n`);
  process.exitCode = 1;
} else {
  requireTslab("main").startKernel({ configPath: connectionFile, enableFindLocal: false });
}
