/** A Python with LocalLab's own client, which the tests drive a real server with. */
import { ensurePythonEnvironment } from "./python-environment.mjs";

/** The version whose methods the tests call. */
const wanted = Object.freeze({
  name: "locallab-client",
  requirements: ["locallab-client==1.1.0"],
  modules: ["locallab_client"],
});

/**
 * Path of the Python; see `ensurePythonEnvironment`.
 *
 * @param {{ log: (line: string) => void }} options
 */
export const ensureLocallabClient = ({ log }) => ensurePythonEnvironment(wanted, log);
