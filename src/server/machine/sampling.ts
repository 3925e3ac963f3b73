/** Asks probes round after round; a probe that has not answered yet is not asked again. */
import { messageOf } from "../async/message-of.js";
import { settlesWithin } from "../async/within.js";
import type { Finding, Probe } from "./probes.js";

export type Report =
  | { readonly kind: "finding"; readonly finding: Finding }
  | { readonly kind: "failure"; readonly probe: string; readonly reason: string };

/** Milliseconds after which a probe that has not answered counts as failed: a driver may hang. */
const usualLateMs = 30_000;

/**
 * Starts asking at once and then every `intervalMs`. Returns what ends it.
 *
 * A probe that fails, or has not answered after `lateMs`, is reported once, until it has answered again.
 */
export function startSampling(
  probes: readonly Probe[],
  intervalMs: number,
  report: (report: Report) => void,
  lateMs: number = usualLateMs,
): () => void {
  const open = new Set<string>();
  const failing = new Set<string>();
  const answered = new Set<string>();
  let ended = false;
  let round = 0;

  const fail = (probe: Probe, reason: string): void => {
    if (ended || failing.has(probe.name)) return;
    failing.add(probe.name);
    report({ kind: "failure", probe: probe.name, reason });
  };
  const ask = async (probe: Probe): Promise<void> => {
    open.add(probe.name);
    try {
      const asked = probe.ask();
      if (!(await settlesWithin(lateMs, asked))) fail(probe, `it has not answered for ${lateMs / 1000} s`);
      const finding = await asked;
      if (ended) return;
      answered.add(probe.name);
      failing.delete(probe.name);
      report({ kind: "finding", finding });
    } catch (error) {
      fail(probe, messageOf(error));
    } finally {
      open.delete(probe.name);
    }
  };
  const isDue = ({ name, everyRounds }: Probe): boolean => {
    if (open.has(name)) return false;
    return everyRounds === 0 ? !answered.has(name) : round % everyRounds === 0;
  };
  const askRound = (): void => {
    for (const probe of probes.filter(isDue)) void ask(probe);
    round += 1;
  };

  askRound();
  const timer = setInterval(askRound, intervalMs);
  return () => {
    ended = true;
    clearInterval(timer);
  };
}
