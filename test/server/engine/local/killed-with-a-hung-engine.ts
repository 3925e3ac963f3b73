/** Starts an engine process, stops it, prints its number, and is killed: what a crash leaves of an engine that hangs. */
import { writeSync } from "node:fs";
import { startChild } from "../../../../src/server/engine/local/start-child.js";
import { createLog } from "../../../../src/server/log.js";

const link = startChild(createLog("silent"));
const answer = new Promise((resolve) => link.listen(resolve));
link.send({ type: "ping" });
await answer;
process.kill(link.pid as number, "SIGSTOP");
writeSync(1, String(link.pid));
process.kill(process.pid, "SIGKILL");
