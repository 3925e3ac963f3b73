/**
 * A llama-server of the very libraries that the engine loads: the same kernels, byte for byte.
 *
 * Of llama.cpp only the server itself is compiled (13 files of some 200); images and the page are left out.
 */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import { inProject } from "../setup/project.mjs";
import { mustRun } from "../setup/run-command.mjs";

/** Sources that run for every token are optimised; the others are compiled fast. */
const hot = Object.freeze(["server-context", "server-task", "server-queue", "server-http", "server-common"]);
/** As llama.cpp's own build defines them for shared libraries of a CPU. */
const defines = ["GGML_USE_CPU", "LLAMA_SUBPROCESS", "NDEBUG", "LLAMA_SHARED", "GGML_SHARED", "GGML_BACKEND_SHARED"];
const includes = ["tools/server", "tools/mtmd", ".", "common", "vendor", "include", "ggml/include"];

/**
 * Builds it in a folder, beside its libraries. Half a minute to three minutes.
 *
 * @param {import("./engine-libraries.mjs").EngineLibraries} libraries
 * @param {string} folder an empty one; what is there besides the program and its libraries afterwards may be removed
 */
export async function compileLlamaServer(libraries, folder) {
  const source = join(folder, "source");
  // the bundle's only branch; a checkout of a commit without a name would print advice
  await mustRun("git", ["-c", "advice.detachedHead=false", "clone", "--quiet", libraries.source, source]);
  const page = join(source, "no-page");
  writeEmptyPage(join(source, "tools/ui"), page);
  const server = join(source, "tools/server");
  const own = ["without-images.cpp", "without-images-calls.c"].map((name) => inProject(`scripts/llama-server/${name}`));
  const sources = [
    ...readdirSync(server)
      .filter((name) => name.endsWith(".cpp"))
      .map((name) => join(server, name)),
    join(page, "ui.cpp"),
    ...own,
  ];
  const flags = [
    ...defines.map((name) => `-D${name}`),
    `-I${page}`,
    ...includes.map((path) => `-I${join(source, path)}`),
  ];
  const objects = await compileAll(sources, flags, folder);
  for (const name of libraries.names) copyFileSync(join(libraries.folder, name), join(folder, name));
  const link = libraries.linked.map((name) => `-l:${name}`);
  const program = join(folder, "llama-server");
  await mustRun("g++", ["-o", program, ...objects, `-L${folder}`, ...link, "-Wl,-rpath,$ORIGIN", "-lpthread"]);
}

/**
 * As many at once as there are cores, the longest first; others on the machine go before.
 *
 * @param {readonly string[]} sources
 * @param {readonly string[]} flags
 * @param {string} folder
 */
async function compileAll(sources, flags, folder) {
  const isHot = (/** @type {string} */ path) => hot.includes(basename(path, ".cpp"));
  const waiting = [...sources].sort((one, other) => Number(isHot(other)) - Number(isHot(one)));
  /** @type {string[]} */
  const objects = [];
  const compileNext = async () => {
    for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
      const object = join(folder, `${basename(path)}.o`);
      objects.push(object);
      const compiler = path.endsWith(".c") ? ["gcc"] : ["g++", "-std=c++17"];
      const args = [...compiler, isHot(path) ? "-O2" : "-O0", ...flags, "-c", path, "-o", object];
      await mustRun("nice", args);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, compileNext));
  return objects;
}

/**
 * What llama.cpp's build makes of its templates when there is no page to serve.
 *
 * @param {string} templates
 * @param {string} folder
 */
function writeEmptyPage(templates, folder) {
  mkdirSync(folder);
  for (const name of ["ui.h", "ui.cpp"]) {
    const template = readFileSync(join(templates, `${name}.in`), "utf8");
    const text = template
      .replaceAll(/^#cmakedefine .*$/gm, "")
      .replaceAll(/^@ASSET_\w+@$/gm, "")
      .replaceAll("@N_ASSETS@", "0")
      .replaceAll("@USE_GZIP@", "false");
    writeFileSync(join(folder, name), text);
  }
}
