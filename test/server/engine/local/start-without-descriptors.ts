/** Uses up every descriptor, starts engine processes, and prints how that ended. To be run with a low `ulimit -n`. */
import { closeSync, openSync } from "node:fs";
import { prepareEngine, startChild } from "../../../../src/server/engine/local/start-child.js";
import { createLog } from "../../../../src/server/log.js";

const log = createLog("silent");
const held: number[] = [];
try {
  for (;;) held.push(openSync("/dev/null", "r"));
} catch {
  // EMFILE: none is left
}
prepareEngine();
const ends = [await startChild(log).exited, await startChild(log).exited];
for (const descriptor of held) closeSync(descriptor);
const link = startChild(log);
const answer = new Promise((resolve) => link.listen(resolve));
link.send({ type: "ping" });
await answer;
link.kill();
await link.exited;
process.stdout.write(JSON.stringify(ends));
