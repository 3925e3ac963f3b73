/**
 * The TypeScript kernel, as Jupyter starts it: `node --expose-internals kernel-main.js --connection-file FILE`.
 *
 * This thread runs the cells; another one holds Jupyter's channels. `--config-path` is tslab's own word for the file.
 */
import { writeSync } from "node:fs";
import { parseArgs } from "node:util";
import { ChannelsThread } from "./cells/channels-thread.js";
import { allowBreaks } from "./cells/interrupts.js";
import { lastingListener } from "./cells/lasting-listeners.js";
import { tslabComplaint, tslabVersions } from "./tslab.js";

const { values } = parseArgs({
  options: { "connection-file": { type: "string" }, "config-path": { type: "string" } },
});

/** Past the cells' streams: to whoever started the kernel. */
function endWith(why: string): never {
  writeSync(2, `${why}\n`);
  process.exit(1);
}

const connectionFile =
  values["connection-file"] ?? values["config-path"] ?? endWith("Jupyter starts this program: --connection-file FILE");
const versions = tslabVersions() ?? endWith(tslabComplaint() ?? "");
// biome-ignore lint/style/noProcessEnv: Jupyter says here who started the kernel
const parentName = process.env.JPY_PARENT_PID;

let interrupt = (): void => {};
lastingListener("SIGINT", () => interrupt());
allowBreaks();

const channels = new ChannelsThread({ connectionFile, parentName, versions });
await channels.bound.catch((error: Error) => endWith(error.message));
channels.lost.catch((error: Error) => endWith(`The kernel lost its channels: ${error.stack}`));
lastingListener("exit", () => channels.closeNow());

// after the channels: Jupyter gets its first answers while the compiler loads
const { openCells } = await import("./cells/open-cells.js");
const cells = openCells({ post: channels.post, complaint: tslabComplaint() });
({ interrupt } = cells);
channels.take(cells.take);
channels.post({ type: "listening" });
