/** How the machine and the server's health look. */
import type { Health, SystemInfo } from "../../server/wire/system.js";
import { oneLine } from "../client/clean-text.js";
import { html } from "./html.js";
import { bar, card, dotted, facts } from "./parts.js";
import type { View } from "./self-displaying.js";
import { bytesText, countText, durationText, percentText } from "./units.js";

const amountText = (amount: { used_bytes: number; total_bytes: number }): string =>
  `${bytesText(amount.used_bytes)} of ${bytesText(amount.total_bytes)}`;

/** What the model runs on: "cpu, 4 threads" or the names of the devices. */
export const deviceText = ({ engine }: SystemInfo): string =>
  dotted(engine.backend ?? "none yet", engine.devices.join(", "), threadsText(engine));

/** How many, and how many at last where that were fewer; an older server does not tell. */
function threadsText({ threads, threads_in_use: inUse }: SystemInfo["engine"]): string {
  if (threads === null) return "";
  const all = countText(threads, "thread");
  return inUse != null && inUse < threads ? `${inUse} of ${all} at last` : all;
}

const gpuText = (gpu: SystemInfo["gpus"][number]): string =>
  dotted(
    gpu.name,
    gpu.memory_bytes !== null &&
      (gpu.memory_used_bytes === null
        ? bytesText(gpu.memory_bytes)
        : amountText({ used_bytes: gpu.memory_used_bytes, total_bytes: gpu.memory_bytes })),
  );

function plainFacts(info: SystemInfo): [string, string][] {
  return [
    ["Computer", dotted(info.os.hostname, `${info.os.distro} ${info.os.release}`.trim(), info.os.arch)],
    ["Processor", dotted(info.cpu.brand, `${info.cpu.cores} cores`, `${Math.round(info.cpu.percent)} % busy`)],
    ["Memory", amountText(info.memory)],
    ...info.gpus.map((gpu): [string, string] => ["Graphics", gpuText(gpu)]),
    ["Disk", info.disk === null ? "" : `${amountText(info.disk)} (${info.disk.mount})`],
    ["Engine", dotted(deviceText(info), info.engine.memory_bytes !== null && bytesText(info.engine.memory_bytes))],
    ["Model", info.active_model ?? "none"],
    ["Requests", `${info.request_count} in ${durationText(info.uptime * 1000)}`],
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
  html: () => card(oneLine(healthText(health), 400)),
  text: () => oneLine(healthText(health), 400),
});
