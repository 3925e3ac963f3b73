/** How the machine and the server's health look. */
import type { Health, SystemInfo } from "../../server/wire/system.js";
import { oneLine } from "../client/clean-text.js";
import { html } from "./html.js";
import { bar, card, dotted, facts, line } from "./parts.js";
import { bytesText, countText, durationText, momentText, percentText } from "./units.js";
import type { View } from "./view.js";

const amountText = (amount: { used_bytes: number; total_bytes: number }): string =>
  `${bytesText(amount.used_bytes)} of ${bytesText(amount.total_bytes)}`;

const backends: Readonly<Record<string, string>> = { cpu: "CPU", cuda: "CUDA", metal: "Metal", vulkan: "Vulkan" };

/** What the model runs on: "CPU, 4 threads", "CUDA, NVIDIA L4, 8 threads"; "" while nothing was loaded. */
export const deviceText = ({ engine }: SystemInfo): string =>
  engine.backend === null
    ? ""
    : [backends[engine.backend] ?? engine.backend, ...engine.devices, threadsText(engine)].filter(Boolean).join(", ");

/** How many, and how many at last where that were fewer; an older server does not tell. */
function threadsText({ threads, threads_in_use: inUse }: SystemInfo["engine"]): string {
  if (threads === null) return "";
  const all = countText(threads, "thread");
  return inUse != null && inUse < threads ? `${inUse} of ${all} (the machine is busy)` : all;
}

const gpuText = (gpu: SystemInfo["gpus"][number]): string =>
  dotted(
    gpu.name,
    gpu.memory_bytes !== null &&
      (gpu.memory_used_bytes === null
        ? bytesText(gpu.memory_bytes)
        : amountText({ used_bytes: gpu.memory_used_bytes, total_bytes: gpu.memory_bytes })),
  );

/** Cores as people count them, and where the system counts more of them. */
const coresText = ({ cores, physical_cores: physical }: SystemInfo["cpu"]): string =>
  physical > 0 && physical < cores ? `${countText(physical, "core")}, ${cores} threads` : countText(cores, "core");

function plainFacts(info: SystemInfo): [string, string][] {
  const { engine } = info;
  const memory = engine.memory_bytes !== null && `${bytesText(engine.memory_bytes)} in use`;
  return [
    ["Computer", dotted(info.os.hostname, `${info.os.distro} ${info.os.release}`.trim(), info.os.arch)],
    ["Processor", dotted(info.cpu.brand, coresText(info.cpu), `${Math.round(info.cpu.percent)} % busy`)],
    ["Memory", `${amountText(info.memory)} in use`],
    ...info.gpus.map((gpu): [string, string] => ["Graphics", gpuText(gpu)]),
    ["Disk", info.disk === null ? "" : `${amountText(info.disk)} in use, at ${info.disk.mount}`],
    ["Model", info.active_model ?? "none loaded"],
    ["Engine", dotted(deviceText(info), memory) || "not started"],
    ["Server", `up ${durationText(info.uptime * 1000)} · ${countText(info.request_count, "call")} answered`],
    ["Measured", momentText(info.sampled_at)],
  ];
}

export const systemView = (info: SystemInfo): View => ({
  html: () => {
    const pairs = plainFacts(info).map(
      ([name, value]) =>
        [name, name === "Memory" ? html`${bar(info.memory.percent / 100)} · ${value}` : oneLine(value, 300)] as const,
    );
    return card(facts(pairs));
  },
  text: () =>
    plainFacts(info)
      .filter(([, value]) => value !== "")
      .map(([name, value]) => `${name}: ${oneLine(value, 300)}`)
      .join("\n"),
});

/** One sentence about how the server is. */
export function healthText(health: Health): string {
  const { slots, waiting, loading } = health;
  return dotted(
    loading ? `loading ${loading.model}, ${percentText(loading.progress)}` : health.state.replace("_", " "),
    health.model !== null && `model ${health.model}`,
    `${slots.busy} of ${countText(slots.total, "slot")} busy`,
    waiting > 0 && `${waiting} waiting`,
    `up ${durationText(health.uptime_seconds * 1000)}`,
    `version ${health.version}`,
  );
}

export const healthView = (health: Health): View => ({
  html: () => line(oneLine(healthText(health), 400)),
  text: () => oneLine(healthText(health), 400),
});
