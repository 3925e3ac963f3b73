/** Asks probes round after round; a probe that has not answered yet is not asked again. */
import { messageOf } from "../async/message-of.js";
import type { Finding, Probe } from "./probes.js";

export type Report =
  | { readonly kind: "finding"; readonly finding: Finding }
  | { readonly kind: "failure"; readonly probe: string; readonly reason: string };

/**
 * Starts asking at once and then every `intervalMs`. Returns what ends it.
 *
 * A probe that fails is reported once, until it has answered again.
 */
export function startSampling(
  probes: readonly Probe[],
  intervalMs: number,
  report: (report: Report) => void,
): () => void {
  const open = new Set<string>();
  const failing = new Set<string>();
  const answered = new Set<string>();
  let ended = false;
  let round = 0;

  const ask = async (probe: Probe): Promise<void> => {
    open.add(probe.name);
    try {
      const finding = await probe.ask();
      if (ended) return;
      answered.add(probe.name);
      failing.delete(probe.name);
      report({ kind: "finding", finding });
    } catch (error) {
      if (ended || failing.has(probe.name)) return;
      failing.add(probe.name);
      report({ kind: "failure", probe: probe.name, reason: messageOf(error) });
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
