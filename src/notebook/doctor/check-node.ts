/** The version of Node. */
import { type Finding, finding } from "./finding.js";

/**
 * Whether this Node runs LocalLab. Where `require()` takes an ES module without a flag, a cell can import it.
 * Source: https://nodejs.org/api/modules.html#loading-ecmascript-modules-using-require, 20.19 and 22.12.
 */
export function checkNode(version: string = process.versions.node): Finding {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isEnough = major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19);
  return isEnough
    ? finding("Node", "good", version, "This version runs LocalLab.")
    : finding("Node", "bad", version, "LocalLab needs 20.19, 22.12 or newer.", "nvm install 22");
}
