/**
 * Loaded into the server that is measured: SIGUSR2 makes it collect its garbage.
 *
 * What a program holds can be told from what it has not thrown away yet only after that; by itself V8 lets a small
 * heap grow for thousands of requests.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");
// without arguments: any that is true would ask for the young garbage only
process.on("SIGUSR2", () => collect());
