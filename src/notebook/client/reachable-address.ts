/**
 * Which address of a lab the reader's browser can reach.
 *
 * A lab listens on the loopback of the machine that runs the notebook. The page is often elsewhere: behind a hub, in a
 * codespace, over ssh. What stands between them says so in variables; this file judges them and does nothing.
 */

/** What is known of the place a notebook runs in. */
export interface PlaceFacts {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Address at which the Jupyter server of this kernel says it listens, its `base_url` included. */
  readonly serverUrl?: string | undefined;
}

/** Where a notebook runs, as far as its lab is concerned. */
export interface NotebookPlace {
  /** An address, or a path on the host of the notebook's page, "{port}" in it; null when none is known. */
  readonly template: string | null;
  /** What carries a request there, or what to do where nothing does; "" on the reader's own machine. */
  readonly note: string;
  /** Names under which requests come in, for `allowedHosts`; "*" where the name is not known. */
  readonly allowedHosts: readonly string[];
  /** Others reach the lab's port: users of the machine, or pages under any name. Such a lab gets a key. */
  readonly needsKey: boolean;
}

/** How the reader comes to a lab. */
export interface Reach {
  /** What the browser goes to: an address, or a path on the host of the notebook's page; null when none is known. */
  readonly address: string | null;
  /** What to know of it, in sentences; "" when there is nothing. */
  readonly note: string;
}

/** Anything under this host may be asked for, but the lab sees the name only with the first request. */
const anyHost: readonly string[] = ["*"];

/** Judges the place; the first that knows an address speaks. */
export function notebookPlace({ env, serverUrl }: PlaceFacts): NotebookPlace {
  const hub = hubPlace(env);
  const place =
    codespacePlace(env) ??
    proxyPlace(env.VSCODE_PROXY_URI) ??
    hub ??
    colabPlace(env) ??
    serverPlace(serverUrl ?? env.JUPYTER_SERVER_URL) ??
    (env.SSH_CONNECTION ? remotePlace : ownMachine);
  const allowedHosts = [...new Set([...place.allowedHosts, ...(hub?.allowedHosts ?? [])])];
  return { ...place, allowedHosts, needsKey: place.needsKey || hub !== undefined };
}

/** How the reader comes to the lab that listens at `url` in this place. */
export function reachableAddress(place: NotebookPlace, url: string, hasKey: boolean): Reach {
  const port = new URL(url).port || "80";
  const filled = (text: string): string => text.replaceAll("{port}", port);
  const key =
    "Others on this machine can reach its port, so it wants a key: " +
    "this notebook sends it by itself, lab.apiKey.reveal() shows it.";
  const note = [filled(place.note), place.needsKey && hasKey ? key : ""].filter(Boolean).join(" ");
  if (place.note === "") return { address: url, note };
  return { address: place.template === null ? null : filled(place.template), note };
}

const ownMachine: NotebookPlace = { template: null, note: "", allowedHosts: [], needsKey: false };

const remotePlace: NotebookPlace = {
  ...ownMachine,
  note:
    "Reachable from this machine only. From yours: ssh -L {port}:127.0.0.1:{port} and the name of this machine, " +
    "or lab.publish().",
};

/** Source: GitHub's default variables of a codespace. */
function codespacePlace({
  CODESPACE_NAME: name,
  GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN: domain = "app.github.dev",
}: PlaceFacts["env"]): NotebookPlace | undefined {
  if (name === undefined || !/^[\w-]+$/.test(name) || !/^[\w.-]+$/.test(domain)) return undefined;
  return {
    template: `https://${name}-{port}.${domain}`,
    note: "Through the codespace's forwarded port, for you alone unless you make the port public.",
    allowedHosts: [`${name}-*.${domain}`.toLowerCase()],
    needsKey: false,
  };
}

/** Source: code-server, which fills in "{{port}}"; also set by hand, as a path or with the port in the name. */
function proxyPlace(template: string | undefined): NotebookPlace | undefined {
  if (!template?.includes("{{port}}")) return undefined;
  const ours = template.replaceAll("{{port}}", "{port}");
  const note = "Through the ports that VS Code forwards.";
  const path = /^\.?(\/(?!\/).*)$/.exec(ours)?.[1];
  if (path !== undefined) return behindAnyHost(path, note);
  const host = hostOf(template.replaceAll("{{port}}", "0port0"))?.replace("0port0", "*");
  if (ours.includes("{{host}}")) {
    // only the page knows the name
    return { template: null, note: `${note} Their view shows the address.`, allowedHosts: anyHost, needsKey: true };
  }
  if (host === undefined) return undefined;
  const allowedHosts = allowedHost(host);
  return { template: ours, note, allowedHosts, needsKey: allowedHosts.includes("*") };
}

/**
 * A hub, whose users may share the machine. Source: JupyterHub's `Spawner.get_env`; `JUPYTERHUB_PUBLIC_URL` since 5.0,
 * `JUPYTERHUB_HOST` only where the hub knows its own name.
 */
function hubPlace(env: PlaceFacts["env"]): NotebookPlace | undefined {
  const { JUPYTERHUB_BASE_URL: base = "/", JUPYTERHUB_USER: user, JUPYTERHUB_API_TOKEN: token } = env;
  const path =
    env.JUPYTERHUB_SERVICE_PREFIX || pathOf(env.JUPYTERHUB_SERVICE_URL) || (user && `${base}/user/${encodeURI(user)}`);
  if (!path) return token || env.JUPYTERHUB_HOST ? { ...remotePlace, needsKey: true } : undefined;
  const note = "Through jupyter-server-proxy, for who is logged in to the hub.";
  const publicUrl = env.JUPYTERHUB_PUBLIC_URL || env.JUPYTERHUB_HOST;
  const host = publicUrl === undefined ? undefined : hostOf(publicUrl);
  if (publicUrl === undefined || host === undefined) return behindAnyHost(proxied(path), note);
  // a hub with a name for each user tells its own
  const names =
    env.JUPYTERHUB_PUBLIC_URL || isNearName(host)
      ? allowedHost(host)
      : [...allowedHost(host), ...allowedHost(`*.${host}`)];
  return { template: new URL(publicUrl).origin + proxied(path), note, allowedHosts: names, needsKey: true };
}

/** Colab's page knows the address, its kernel does not. Source: variables and addresses of Colab in 2025 and 2026. */
function colabPlace(env: PlaceFacts["env"]): NotebookPlace | undefined {
  if (!env.COLAB_RELEASE_TAG && !env.COLAB_JUPYTER_IP && !env.COLAB_BACKEND_VERSION) return undefined;
  return {
    template: null,
    note:
      "Reachable from Colab's machine only. A Python cell gives the address for your browser: " +
      'from google.colab.output import eval_js; eval_js("google.colab.kernel.proxyPort({port})")',
    allowedHosts: ["*.prod.colab.dev", "*colab.googleusercontent.com"],
    needsKey: false,
  };
}

/** A Jupyter server without a hub: below a path it stands behind a proxy, at a name of its own on another machine. */
function serverPlace(serverUrl: string | undefined): NotebookPlace | undefined {
  const path = pathOf(serverUrl);
  if (serverUrl === undefined || path === undefined) return undefined;
  const host = hostOf(serverUrl) as string;
  const isNear = isNearName(host);
  if (path === "/") return isNear ? undefined : remotePlace;
  const note = "Through jupyter-server-proxy, where Jupyter has it.";
  if (isNear) return behindAnyHost(proxied(path), note);
  return { ...behindAnyHost(proxied(path), note), template: new URL(serverUrl).origin + proxied(path) };
}

/** Only the path is known: the page's own host stands before it. */
const behindAnyHost = (path: string, note: string): NotebookPlace => ({
  template: path,
  note: `At the host of this page. ${note}`,
  allowedHosts: anyHost,
  needsKey: true,
});

/** Where jupyter-server-proxy shows a port, below the path of a Jupyter server. */
const proxied = (path: string): string => `/${path}/proxy/{port}/`.replace(/\/{2,}/g, "/");

/** A name as the setting takes it; "*" for one that it cannot take, nothing for those that are allowed anyhow. */
function allowedHost(host: string): readonly string[] {
  if (isNearName(host)) return [];
  const isTaken = /^[a-z0-9._*-]{1,255}$/.test(host) && !/\*.*\*/.test(host);
  // behind a star a whole domain: the server asks for a key otherwise
  return isTaken && (!host.includes("*") || /\*.*\.[^.]+\.[^.]+$/.test(host)) ? [host] : anyHost;
}

const isNearName = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(host);

const urlOf = (text: string | undefined): URL | undefined => {
  const isAddress = text !== undefined && /^https?:\/\//i.test(text) && URL.canParse(text);
  return isAddress ? new URL(text) : undefined;
};
const hostOf = (text: string): string | undefined => urlOf(text)?.hostname;
const pathOf = (text: string | undefined): string | undefined => urlOf(text)?.pathname;
