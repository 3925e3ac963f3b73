/** One line on the terminal that says how far a load is, or the reading of a prompt, and is gone afterwards. */

import type { StreamProgress } from "../../server/wire/frames.js";
import type { Health } from "../../server/wire/system.js";
import { oneLine } from "../client/clean-text.js";
import type { Connection } from "../client/connection.js";
import { waitOf } from "../displays/live-text.js";
import { percentText } from "../displays/units.js";
import { terminal } from "./terminal.js";

/** Milliseconds between two looks. */
const pauseMs = 250;
/** Milliseconds without a load before there is anything to say: most answers begin sooner. */
const firstLookMs = 400;

export interface LoadProgress {
  /** Takes the line away; what comes after it is at its place. */
  end(): void;
}

/**
 * Looks at the lab until `end` is called. On a terminal it shows a line that changes; elsewhere `note` gets one sentence, once,
 * and only where something loads. `progress` is what a stream under way said of itself last.
 */
export function showLoadProgress(
  connection: Pick<Connection, "json">,
  note: (sentence: string) => void = () => {},
  progress: () => StreamProgress | undefined = () => undefined,
): LoadProgress {
  const { isRewritable, columns } = terminal(process.stderr);
  let isOver = false;
  let isShown = false;
  let timer: NodeJS.Timeout | undefined;
  const clear = (): void => {
    if (isShown && isRewritable) process.stderr.write("\r\u001b[K");
    if (isRewritable) isShown = false;
  };
  const show = (loading: NonNullable<Health["loading"]>): void => {
    const words = `Loading ${oneLine(loading.model, 80)}`;
    const share = ` ${percentText(loading.progress)}`;
    if (isRewritable) process.stderr.write(`\r\u001b[K${(words + share).slice(0, columns - 1)}`);
    else if (!isShown) note(`${words} …`);
    isShown = true;
  };
  const showReading = (): void => {
    const told = progress();
    const words = told?.state === "prefilling" ? waitOf(told) : undefined;
    if (words === undefined || !isRewritable) {
      clear();
      return;
    }
    process.stderr.write(`\r\u001b[K${(words[0]?.toUpperCase() + words.slice(1)).slice(0, columns - 1)}`);
    isShown = true;
  };
  const look = async (): Promise<void> => {
    // a lab that does not answer is told by the request itself
    const health = await connection.json<Health>("GET", "/health", { waitSeconds: 0 }).catch(() => undefined);
    if (isOver) return;
    if (health?.loading) show(health.loading);
    else showReading();
    timer = setTimeout(() => void look(), pauseMs);
  };
  timer = setTimeout(() => void look(), firstLookMs);
  // Ctrl-C ends the program in the middle of it
  process.once("exit", clear);
  return {
    end: () => {
      isOver = true;
      clearTimeout(timer);
      process.off("exit", clear);
      clear();
    },
  };
}
