/** How far something is: one line that is written anew on a terminal, a line each tenth elsewhere. */

const cells = 20;

/**
 * @typedef {object} Screen
 * @property {boolean} isTerminal
 * @property {(line: string) => void} print a line
 * @property {(text: string) => void} write text as it is
 */
/** @typedef {{ show: (done: number, total: number) => void, clear: () => void }} ProgressBar */

/**
 * Numbers are bytes. `clear` takes the line away, for what comes after.
 *
 * @param {string} label stands before the bar
 * @param {Screen} screen
 * @returns {ProgressBar}
 */
export function progressBar(label, { isTerminal, print, write }) {
  let tenth = 0;
  let isShown = false;
  return {
    show(done, total) {
      const fraction = Math.min(1, done / total);
      const words = `${megabytes(Math.min(done, total))} of ${megabytes(total)} MB`;
      if (isTerminal) {
        const filled = Math.round(fraction * cells);
        write(`\r${label}${"█".repeat(filled)}${"░".repeat(cells - filled)} ${words}\u001b[K`);
        isShown = true;
      } else if (Math.floor(fraction * 10) > tenth) {
        tenth = Math.floor(fraction * 10);
        print(`${label}${words}`);
      }
    },
    clear() {
      if (isShown) write("\r\u001b[K");
      isShown = false;
    },
  };
}

/** @param {number} bytes */
const megabytes = (bytes) => Math.round(bytes / 1e6);
