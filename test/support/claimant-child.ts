/** A process that claims a name when it is told to, for tests of several at the same moment. */
import { claimName } from "../../src/server/state/claim-name.js";

process.on("message", ({ folder, at }: { folder: string; at: number }) => {
  // all begin in the same millisecond
  while (Date.now() < at);
  process.send?.(claimName(folder, "default") === undefined ? "lost" : "won");
});
process.on("disconnect", () => process.exit());
process.send?.("ready");
