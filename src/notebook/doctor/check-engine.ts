/** What the model runs on: as the lab says, else what the platform promises. Loads nothing of the engine. */
import { existsSync, readdirSync } from "node:fs";
import { availableParallelism, platform } from "node:os";
import { usableThreads } from "../../server/machine/container.js";
import type { SystemInfo } from "../../server/wire/system.js";
import { deviceText } from "../displays/system-view.js";
import { countText } from "../displays/units.js";
import type { DoctorInput } from "./doctor-input.js";
import { type Finding, finding } from "./finding.js";

const restart = "npx --no -- locallab stop && npx --no -- locallab serve --gpu auto";

export async function checkEngine({ connection }: DoctorInput): Promise<Finding> {
  const quiet = { waitSeconds: 0, headSeconds: 2 };
  const system = await connection?.json<SystemInfo>("GET", "/system/info", quiet).catch(() => undefined);
  return system?.engine?.backend ? asTheLabSays(system) : asThePlatformPromises();
}

function asTheLabSays(system: SystemInfo): Finding {
  const adapters = system.gpus.map(({ name }) => name).join(", ");
  const found = adapters === "" ? deviceText(system) : `${deviceText(system)}; graphics: ${adapters}`;
  const isUnused =
    system.engine.backend === "cpu" && system.gpus.some(({ vendor, name }) => isFast(`${vendor} ${name}`));
  return isUnused
    ? finding("Engine", "warning", found, "The model runs on the CPU although there is a GPU.", restart)
    : finding("Engine", "good", found, "The running lab uses this.");
}

/** Adapters that a model gains from; servers have others, for their console. */
const isFast = (adapter: string): boolean => /nvidia|geforce|radeon|\bamd\b|apple|intel.*\barc\b/i.test(adapter);

function asThePlatformPromises(): Finding {
  const cpu = `CPU, ${countText(usableThreads(availableParallelism()), "thread")}`;
  if (platform() === "darwin" && process.arch === "arm64") {
    return finding("Engine", "good", `Metal (Apple GPU); ${cpu}`, "A lab will use the GPU.");
  }
  if (existsSync("/proc/driver/nvidia/version")) {
    return finding("Engine", "good", `NVIDIA driver; ${cpu}`, "A lab will try CUDA and fall back to the CPU.");
  }
  if (hasVulkanDriver()) {
    return finding("Engine", "good", `Vulkan driver; ${cpu}`, "A lab will try Vulkan and fall back to the CPU.");
  }
  return finding("Engine", "good", `no GPU driver; ${cpu}`, "A lab will use the CPU: choose small models.");
}

/** A driver that is more than software. Source: the Vulkan loader's search path for Linux. */
function hasVulkanDriver(): boolean {
  return ["/usr/share/vulkan/icd.d", "/etc/vulkan/icd.d"].some((folder) => {
    try {
      return existsSync("/dev/dri") && readdirSync(folder).some((file) => !/lvp|llvmpipe|swiftshader/.test(file));
    } catch {
      return false;
    }
  });
}
