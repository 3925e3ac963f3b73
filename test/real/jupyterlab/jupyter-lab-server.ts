/** A real JupyterLab on a port of its own, with folders of its own: nothing of the user's is read or written. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { endLabs } from "../../../scripts/setup/end-labs.mjs";
import { jupyterEnvironment } from "../../../scripts/setup/jupyter-environment.mjs";
import { ensureKernel } from "../../../scripts/setup/kernel.mjs";
import { starterModelFile } from "../../../scripts/setup/starter-model.mjs";
import { jupyterPython } from "../../notebooks/jupyter-program.js";
import { starterModelPath } from "../../support/starter-model.js";
import { temporaryFolder } from "../../support/temp-folder.js";
import { until } from "../../support/until.js";

export type Theme = "light" | "dark";

/** Milliseconds until JupyterLab answers: some 3 s on a calm machine. */
const startTimeoutMs = 60_000;
/** Milliseconds Jupyter and its kernels get to end. */
const endTimeoutMs = 20_000;

/** What JupyterLab calls the two looks that it comes with. */
const themeNames = { light: "JupyterLab Light", dark: "JupyterLab Dark" } as const;

export class JupyterLabServer {
  /** Address with a slash at its end. */
  readonly url: string;
  readonly token: string;
  /** The folder that the page shows; notebooks are put here. */
  readonly folder: string;
  /** Folder with the state files of the labs that cells started. */
  readonly runtimeDir: string;
  readonly #child: ChildProcess;
  readonly #settingsDir: string;
  readonly #said: () => string;

  private constructor(parts: {
    url: string;
    token: string;
    folder: string;
    runtimeDir: string;
    child: ChildProcess;
    settingsDir: string;
    said: () => string;
  }) {
    this.url = parts.url;
    this.token = parts.token;
    this.folder = parts.folder;
    this.runtimeDir = parts.runtimeDir;
    this.#child = parts.child;
    this.#settingsDir = parts.settingsDir;
    this.#said = parts.said;
  }

  /**
   * Starts one whose cells find the starter model. `env` is added to its environment; `other` is a Python with another
   * of Jupyter's pages, and the module that serves it.
   */
  static async start(
    env: Readonly<Record<string, string>> = {},
    other?: { readonly python: string; readonly module: string },
  ): Promise<JupyterLabServer> {
    const home = temporaryFolder();
    const [folder, config, runtime] = ["notebooks", "config", "runtime"].map((name) => join(home, name));
    if (folder === undefined || config === undefined || runtime === undefined) throw new Error("unreachable");
    for (const one of [folder, config, runtime]) mkdirSync(one);
    const { jupyterPath } = await ensureKernel();
    const runtimeDir = temporaryFolder();
    const token = randomUUID();
    const { python, module } = other ?? { python: await jupyterPython(), module: "jupyterlab" };
    const args = ["-m", module, "--no-browser", "--port=0", `--ServerApp.root_dir=${folder}`];
    // Jupyter refuses root without being asked
    const root = process.getuid?.() === 0 ? ["--allow-root"] : [];
    const settingsDir = join(config, "lab", "user-settings");
    writeSettings(settingsDir, "notification", { fetchNews: "false", checkForUpdates: false });
    const child = spawn(python, [...args, ...root], {
      cwd: folder,
      env: {
        ...process.env,
        ...jupyterEnvironment(jupyterPath),
        JUPYTER_CONFIG_DIR: config,
        JUPYTER_DATA_DIR: join(home, "data"),
        JUPYTER_RUNTIME_DIR: runtime,
        IPYTHONDIR: join(home, "ipython"),
        JUPYTER_TOKEN: token,
        LOCALLAB_RUNTIME_DIR: runtimeDir,
        LOCALLAB_CACHE_DIR: await cacheWithStarterModel(),
        ...env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    child.once("error", (error) => {
      said += error.message;
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        said += text;
      });
    }
    const facts = await serverFacts(runtime, () => {
      if (child.exitCode !== null) throw new Error(`JupyterLab ended with code ${child.exitCode}:\n${said}`);
    });
    return new JupyterLabServer({ url: facts.url, token, folder, runtimeDir, child, settingsDir, said: () => said });
  }

  /** Everything it printed so far. */
  get said(): string {
    return this.#said();
  }

  /** The look of pages that are opened from now on. */
  setTheme(theme: Theme): void {
    writeSettings(this.#settingsDir, "themes", { theme: themeNames[theme] });
  }

  /** Address of a notebook's page. */
  pageOf(file: string): string {
    return `${this.url}lab/tree/${file}?reset&token=${this.token}`;
  }

  /** What the server's own API answers. */
  async ask(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.url}${path}`, { ...init, headers: { Authorization: `token ${this.token}` } });
  }

  /** Ends every kernel, so that the next notebook starts from nothing, and the labs they left. */
  async endKernels(): Promise<void> {
    const kernels = (await (await this.ask("api/kernels")).json()) as { id: string }[];
    await Promise.all(kernels.map(({ id }) => this.ask(`api/kernels/${id}`, { method: "DELETE" })));
    await this.#endLabs();
  }

  /** Ends it, its kernels and their labs. For `after` hooks. */
  async end(): Promise<void> {
    const child = this.#child;
    if (child.exitCode === null && child.signalCode === null) {
      const closed = once(child, "close");
      child.kill("SIGTERM");
      const patience = setTimeout(() => child.kill("SIGKILL"), endTimeoutMs);
      await closed;
      clearTimeout(patience);
    }
    await this.#endLabs();
  }

  async #endLabs(): Promise<void> {
    await until(async () => (await endLabs({ runtimeDir: this.runtimeDir, since: 0 })).length === 0);
  }
}

/** Writes settings as the settings page does. */
function writeSettings(settingsDir: string, name: string, settings: Record<string, unknown>): void {
  const folder = join(settingsDir, "@jupyterlab", "apputils-extension");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.jupyterlab-settings`), JSON.stringify(settings));
}

/** A cache folder in which the starter model is. */
async function cacheWithStarterModel(): Promise<string> {
  const cache = temporaryFolder();
  mkdirSync(join(cache, "models"));
  symlinkSync(await starterModelPath(), starterModelFile(join(cache, "models")));
  return cache;
}

/** Jupyter writes its address into a file once it listens. Source: jupyter_server's `info_file`. */
async function serverFacts(runtimeDir: string, check: () => void): Promise<{ url: string }> {
  let facts: { url: string } | undefined;
  await until(() => {
    check();
    const file = readdirSync(runtimeDir).find((name) => /^jpserver-\d+\.json$/.test(name));
    if (file === undefined) return false;
    try {
      facts = JSON.parse(readFileSync(join(runtimeDir, file), "utf8")) as { url: string };
    } catch {
      // being written
    }
    return facts !== undefined;
  }, startTimeoutMs);
  if (facts === undefined) throw new Error("JupyterLab did not say its address.");
  return facts;
}
