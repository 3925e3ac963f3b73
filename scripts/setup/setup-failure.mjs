/** What stopped npm, venv or pip, told from their own words: one cause, one cure. */

/**
 * @typedef {object} Place where it happened
 * @property {NodeJS.Platform} platform
 * @property {boolean} isRoot
 * @property {number | undefined} [freeBytes] left on the disk, where that is known
 */
/** @typedef {{ cause: string, cure: string }} SetupFailure */

/** Less than this much space and nothing can be unpacked. */
const tooFewBytes = 50_000_000;

/**
 * @param {string} output all that the program said
 * @param {Place} place
 * @returns {SetupFailure | undefined} undefined when its words are unknown here: they speak for themselves then
 */
export function setupFailure(output, place) {
  for (const [words, tell] of failures) {
    const match = words.exec(output);
    if (match !== null) return tell(place, ...match.slice(1).filter((part) => part !== undefined));
  }
  return place.freeBytes !== undefined && place.freeBytes < tooFewBytes ? diskFull() : undefined;
}

/** Asks for programs of the system's, in the way of the system. */
export const systemPackage = (
  /** @type {Place} */ { platform, isRoot },
  /** @type {string} */ debian,
  brew = debian,
) =>
  platform === "darwin"
    ? `Run: brew install ${brew}, then npm start.`
    : `Run: ${isRoot ? "" : "sudo "}apt-get install -y ${debian} (or what your system calls it), then npm start.`;

const diskFull = () => ({ cause: "The disk is full.", cure: "Free 1 GB, then npm start." });

/** The first row whose words are found tells; so the more particular ones come first. */
/** @type {readonly [RegExp, (place: Place, ...found: string[]) => SetupFailure][]} */
const failures = [
  [/No space left on device|ENOSPC|Disk quota exceeded|EDQUOT/, diskFull],
  [
    /(?:ensurepip is not\s+available|No module named '?(?:venv|ensurepip)\b)(?:.*?apt install (python[\d.]*-venv))?/s,
    (place, debian = "python3-venv") => ({
      cause: "Python's venv module is missing.",
      cure: systemPackage(place, debian, "python"),
    }),
  ],
  [
    /(?:Permission denied|Read-only file system|EACCES|EROFS)(?:.*?['"](\/[^'"\n]+)['"])?/s,
    (_, path = "A file") => ({
      cause: `${path} may not be written.`,
      cure: "Give this folder and your home folder to your user (ls -l tells whose they are), then npm start.",
    }),
  ],
  [
    /CERTIFICATE_VERIFY_FAILED|SELF_SIGNED_CERT|UNABLE_TO_(?:GET|VERIFY)|self.signed certificate|unable to get local issuer/i,
    () => ({
      cause: "The package index shows a certificate that is not known here, as behind a proxy that reads along.",
      cure: "Name your organisation's CA file in PIP_CERT and NODE_EXTRA_CA_CERTS, then npm start.",
    }),
  ],
  [
    /407 Proxy Authentication|Cannot connect to proxy|Tunnel connection failed|ProxyError/,
    () => ({
      cause: "The proxy refuses the connection.",
      cure: "Set HTTPS_PROXY to http://user:password@host:port of yours, then npm start.",
    }),
  ],
  [
    /\bE40[13]\b|40[13] (?:Client Error|Forbidden|Unauthorized)/,
    () => ({
      cause: "The package index refuses you.",
      cure: "Log in to it (npm login; for pip a user in its index-url), then npm start.",
    }),
  ],
  [
    /requires a different Python: ([\d.]+)|Requires-Python/,
    (place, version = "This one") => ({
      cause: `Python ${version} is too old for JupyterLab 4.`,
      cure: systemPackage(place, "python3.11 python3.11-venv", "python"),
    }),
  ],
  [
    /Failed building wheel for (\S+)|Failed to build (\S+)|error: command '[^']*(?:cc|clang|\+\+)[^']*' failed|metadata-generation-failed/,
    (place, name = "A package") => ({
      cause: `${name} has no ready-made files for this Python, and could not be compiled.`,
      cure: `Use Python 3.11 to 3.14. ${systemPackage(place, "python3 python3-venv", "python")}`,
    }),
  ],
  [
    /no such option: (\S+)/,
    (_, option = "") => ({
      cause: `This pip is too old: it does not know ${option}.`,
      cure: "Run: python3 -m pip install --user --upgrade pip, then npm start.",
    }),
  ],
  [
    /EINTEGRITY/,
    () => ({
      cause: "A package's checksum is another than package-lock.json says.",
      cure: "Run: npm cache clean --force, then npm start.",
    }),
  ],
  [
    /\bE404\b.*?\bGET (\S+)|\bE(?:404|TARGET)\b/s,
    (_, url = "a package") => ({
      cause: `The npm registry in use does not have ${url}.`,
      cure: "Look at npm config get registry: https://registry.npmjs.org has all of them. Then npm start.",
    }),
  ],
  [
    /code EUSAGE|can only install packages when your package\.json and package-lock\.json/,
    () => ({
      cause: "package.json and package-lock.json do not fit.",
      cure: "Run: git checkout package.json package-lock.json, then npm start.",
    }),
  ],
  [
    /spawn npm ENOENT|npm: (?:command )?not found/,
    () => ({
      cause: "npm is not there.",
      cure: "Get Node with npm from https://nodejs.org, then npm start.",
    }),
  ],
  [
    /name resolution|Name or service not known|nodename nor servname|getaddrinfo|NewConnectionError|establish a new connection|Network is unreachable|timed out|ConnectTimeout|\bE(?:AI_AGAIN|NOTFOUND|CONNREFUSED|CONNRESET|TIMEDOUT|NETUNREACH)\b|ERR_SOCKET_TIMEOUT|from versions: none/,
    () => ({
      cause: "The package index cannot be reached.",
      cure: "Connect to the internet, or name a mirror (npm config set registry, pip config set global.index-url), then npm start.",
    }),
  ],
  [
    /ended with code 137|MemoryError|Killed|JavaScript heap out of memory/,
    () => ({ cause: "Memory ran out.", cure: "Close other programs (1 GB is enough), then npm start." }),
  ],
];
