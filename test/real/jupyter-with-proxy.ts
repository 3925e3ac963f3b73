/** A real Jupyter server below a hub's path, with jupyter-server-proxy. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { type Reply, send } from "../support/http-client.js";
import { openStream, type StreamReader } from "../support/stream-reader.js";
import { temporaryFolder } from "../support/temp-folder.js";
import { until } from "../support/until.js";

const token = "token-of-the-proxy-tests";

export class JupyterWithProxy {
  readonly port: number;
  readonly #server: ChildProcess;

  private constructor(port: number, server: ChildProcess) {
    this.port = port;
    this.#server = server;
  }

  /** Starts it on this port, all its pages below `path`. */
  static async start(python: string, port: number, path: string): Promise<JupyterWithProxy> {
    const folder = temporaryFolder();
    const args = [
      "-m",
      "jupyter_server",
      "--no-browser",
      "--allow-root",
      "--log-level=ERROR",
      `--ServerApp.port=${port}`,
      "--ServerApp.port_retries=0",
      `--ServerApp.base_url=${path}`,
      `--ServerApp.root_dir=${folder}`,
      "--ServerApp.allow_remote_access=True",
      `--IdentityProvider.token=${token}`,
    ];
    const folders = Object.fromEntries(
      ["CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR"].map((name) => [`JUPYTER_${name}`, join(folder, name)]),
    );
    const env = { ...process.env, ...folders, IPYTHONDIR: folder, JUPYTER_PLATFORM_DIRS: "1" };
    const server = spawn(python, args, { env, stdio: ["ignore", "ignore", "inherit"] });
    let problem: string | undefined;
    server.once("error", (error) => {
      problem = error.message;
    });
    server.once("exit", (code) => {
      problem = `Jupyter ended with ${code}.`;
    });
    const jupyter = new JupyterWithProxy(port, server);
    await until(async () => {
      if (problem !== undefined) throw new Error(problem);
      return (await jupyter.get(`${path}api/status`).catch(() => undefined))?.status === 200;
    });
    return jupyter;
  }

  /** Asks as who is logged in. */
  get(path: string, headers: Record<string, string> = {}): Promise<Reply> {
    return send(this.port, "GET", path, { headers: { ...this.#login, ...headers } });
  }

  stream(path: string, body: unknown, headers: Record<string, string>): Promise<StreamReader> {
    return openStream(this.port, path, body, { ...this.#login, ...headers });
  }

  async stop(): Promise<void> {
    const gone = once(this.#server, "exit");
    this.#server.kill("SIGTERM");
    await gone;
  }

  readonly #login = { Authorization: `token ${token}` };
}
