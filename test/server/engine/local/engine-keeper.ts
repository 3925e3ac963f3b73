/** A program that keeps an engine process, "prepared" or "used", and sends its number; to be killed. */
import { descendantsOf } from "../../../../scripts/storm/process-tree.js";
import { prepareEngine, startChild } from "../../../../src/server/engine/local/start-child.js";
import { createLog } from "../../../../src/server/log.js";

if (process.argv[2] === "prepared") prepareEngine();
else startChild(createLog("silent"));
const engine = (): number | undefined =>
  descendantsOf(process.pid).find(({ command }) => command.includes("engine-main") && !command.includes("setpriv"))
    ?.pid;
const timer = setInterval(() => {
  const pid = engine();
  if (pid === undefined) return;
  clearInterval(timer);
  process.send?.(pid);
}, 20);
// the prepared one keeps nobody
setInterval(() => {}, 1000);
