/** Which of node-llama-cpp's libraries this machine can use: most of them are for graphics cards that are not here. */
import { existsSync, readdirSync } from "node:fs";
import { findPrograms } from "./find-program.mjs";
import { platformOf } from "./lockfile.mjs";

/** @typedef {{ arch: string, cuda: boolean, vulkan: boolean }} Machine */

/** Where they lie in a lock file. One package a platform and kind of graphics card. */
const enginePackage = /^node_modules\/@node-llama-cpp\/([a-z0-9-]+)$/;

/** Files that NVIDIA's driver makes: on Linux, and in WSL. */
const nvidiaFiles = ["/proc/driver/nvidia/version", "/dev/nvidiactl", "/usr/lib/wsl/lib/nvidia-smi"];
/** Where Linux shows the devices that Vulkan may use. */
const renderFolder = "/dev/dri";

/**
 * What this machine has. Looks at files alone: a driver's program may take seconds to answer.
 *
 * @returns {Machine}
 */
export function thisMachine() {
  return {
    arch: process.arch,
    cuda: nvidiaFiles.some((path) => existsSync(path)) || findPrograms(["nvidia-smi"]).length > 0,
    vulkan: existsSync(renderFolder) && readdirSync(renderFolder).some((name) => name.startsWith("renderD")),
  };
}

/**
 * The paths in a lock file of libraries that cannot be of use on a machine: for another processor (npm would install
 * some, as they serve to cross-compile), or for a graphics card that is not there.
 *
 * @param {readonly string[]} paths
 * @param {Machine} machine
 * @returns {string[]}
 */
export function uselessEngines(paths, { arch, cuda, vulkan }) {
  return paths.filter((path) => {
    const kind = enginePackage.exec(path)?.[1];
    if (kind === undefined) return false;
    const isForOthers = platformOf(kind).cpu?.includes(arch) === false;
    const words = kind.split("-");
    return isForOthers || (words.includes("cuda") && !cuda) || (words.includes("vulkan") && !vulkan);
  });
}
