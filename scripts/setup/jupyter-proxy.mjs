/** A Python with a Jupyter server that shows ports of its machine, as hubs have it, and a Python kernel. */
import { ensurePythonEnvironment } from "./python-environment.mjs";

/** What the tests were written against: how the proxy treats `Host` and streams is its version's own business. */
const wanted = Object.freeze({
  name: "jupyter-proxy",
  requirements: ["jupyter-server-proxy==4.6.0", "jupyter_server==2.21.1", "ipykernel==7.4.0"],
  modules: ["jupyter_server_proxy", "ipykernel"],
});

/**
 * Path of the Python; see `ensurePythonEnvironment`.
 *
 * @param {{ log: (line: string) => void }} options
 */
export const ensureJupyterProxy = ({ log }) => ensurePythonEnvironment(wanted, log);
