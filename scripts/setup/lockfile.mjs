/**
 * What npm leaves out of a lock file: optional packages the registry in use does not offer, though other platforms need
 * them. `npm ci` (npm 11) refuses a lock without them.
 */

/** @typedef {{ version?: string, resolved?: string, integrity?: string, cpu?: string[], os?: string[], libc?: string[],
 *   license?: string, optional?: boolean, engines?: Record<string, string>, optionalDependencies?: Record<string, string> }} LockEntry */
/** @typedef {{ packages: Record<string, LockEntry> }} Lock */

/** Words in names of platform packages, and what npm calls them in `os`, `cpu` and `libc`. */
const systems = new Map(
  ["android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony", "sunos", "win32", "aix"].map((name) => [
    name,
    name,
  ]),
)
  .set("mac", "darwin")
  .set("win", "win32");
const processors = new Map(
  ["arm", "arm64", "ia32", "loong64", "mips64el", "ppc64", "riscv64", "s390x", "x64"].map((name) => [name, name]),
).set("armv7l", "arm");
const libraries = new Map([
  ["gnu", "glibc"],
  ["gnueabihf", "glibc"],
  ["musl", "musl"],
  ["musleabihf", "musl"],
]);

/**
 * Optional dependencies without an entry, each with the package that wants it.
 *
 * @param {Lock} lock
 * @returns {{ name: string, version: string, wantedBy: string }[]}
 */
export function missingOptionals(lock) {
  return Object.entries(lock.packages).flatMap(([wantedBy, { optionalDependencies = {} }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !isResolved(lock, wantedBy, name))
      .map(([name, version]) => ({ name, version, wantedBy })),
  );
}

/**
 * Adds an entry for each missing optional package: platform from its name, license and engines from the package that
 * wants it. No integrity: it is fetched only on those platforms, from their registry. Returns the added names.
 *
 * @param {Lock} lock
 */
export function completeLock(lock) {
  const missing = missingOptionals(lock);
  for (const { name, version, wantedBy } of missing) {
    const sibling = lock.packages[siblingOf(lock, name) ?? wantedBy];
    lock.packages[`node_modules/${name}`] = {
      version,
      ...platformOf(name),
      ...(sibling?.license === undefined ? {} : { license: sibling.license }),
      optional: true,
      ...(sibling?.engines === undefined ? {} : { engines: sibling.engines }),
    };
  }
  lock.packages = Object.fromEntries(
    Object.entries(lock.packages).sort(([left], [right]) => left.localeCompare(right, "en")),
  );
  return missing.map(({ name }) => name);
}

/**
 * `os`, `cpu` and `libc` as a platform package's name tells them: "@scope/win-x64-cuda" is for win32 on x64.
 *
 * @param {string} name
 * @returns {Pick<LockEntry, "os" | "cpu" | "libc">}
 */
export function platformOf(name) {
  const words = name.replace(/^@[^/]+\//, "").split("-");
  const tell = (/** @type {Map<string, string>} */ names) =>
    words
      .map((word) => names.get(word))
      .filter((word) => word !== undefined)
      .slice(0, 1);
  const [os, cpu, libc] = [tell(systems), tell(processors), tell(libraries)];
  return { ...(cpu.length > 0 ? { cpu } : {}), ...(libc.length > 0 ? { libc } : {}), ...(os.length > 0 ? { os } : {}) };
}

/**
 * Node's own search: the nearest node_modules above the package that wants it.
 *
 * @param {Lock} lock
 * @param {string} from
 * @param {string} name
 */
function isResolved(lock, from, name) {
  for (let place = from; ; place = place.slice(0, Math.max(0, place.lastIndexOf("/node_modules/")))) {
    if (lock.packages[`${place === "" ? "" : `${place}/`}node_modules/${name}`]) return true;
    if (place === "") return false;
  }
}

/**
 * @param {Lock} lock
 * @param {string} name
 */
function siblingOf(lock, name) {
  const scope = name.split("/")[0];
  return Object.keys(lock.packages).find(
    (path) => path.startsWith(`node_modules/${scope}/`) && lock.packages[path]?.optional,
  );
}
