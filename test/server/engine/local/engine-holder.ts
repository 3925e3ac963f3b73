/** A process that holds an engine process, so that a test can kill it. Forked; says the engine's process number. */
import { startChild } from "../../../../src/server/engine/local/start-child.js";
import { createLog } from "../../../../src/server/log.js";

const link = startChild(createLog("silent"));
link.listen(() => process.send?.(link.pid));
link.send({ type: "ping" });
