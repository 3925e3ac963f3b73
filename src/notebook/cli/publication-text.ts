/** How a publication looks in a terminal: once when it is there, then one line that says how it is. */
import type { Publication, PublishResponse } from "../../server/wire/publish.js";
import { cleanText, oneLine } from "../client/clean-text.js";
import { dotted } from "../displays/parts.js";
import { bytesText, countText, shortMomentText } from "../displays/units.js";
import { qrText } from "../publish/qr-text.js";
import { listText } from "./passes-command.js";
import { terminal } from "./terminal.js";

/** Everything that a person hands on: the address, the key, until when, a code for phones, who may come in. */
export function publicationText({
  url,
  key,
  expires_at: until,
  models,
  keys,
  warnings,
  is_new: isNew,
}: PublishResponse): string {
  const address = cleanText(url ?? "");
  // the first is the publication's own
  const passes = keys.slice(1);
  return [
    `Published at ${address}${isNew ? "" : ", as it was before"}`,
    keyText(key, isNew),
    dotted(`For ${models.map((id) => oneLine(id, 120)).join(", ")}`, `until ${shortMomentText(until ?? "")}`),
    ...warnings.map((warning) => `! ${cleanText(warning)}`),
    qrLines(address),
    // a key that was told to somebody else is not known here
    isNew ? tryText(address, key) : "",
    passes.length === 0 ? "Keys for single people: locallab passes create WHO" : listText(passes),
    isNew ? "Ctrl-C takes it off the internet." : "",
  ]
    .filter(Boolean)
    .join("\n");
}

function keyText(key: string | null, isNew: boolean): string {
  if (key !== null) return `Its key, shown this one time: ${key}`;
  return isNew
    ? "Its key is LOCALLAB_API_KEY."
    : "Its key was told when it was published; locallab passes create WHO makes another.";
}

function tryText(address: string, key: string | null): string {
  const body = `{"messages": [{"role": "user", "content": "Why is the sea salty?"}]}`;
  const secret = key ?? "$LOCALLAB_API_KEY";
  return `Try: curl -s ${address}/chat -H "Authorization: Bearer ${secret}" -H 'Content-Type: application/json' -d '${body}'`;
}

/** Black and white whatever the colours of the terminal; nothing where it does not fit, or nobody looks. */
function qrLines(address: string): string {
  const { isRewritable, columns } = terminal(process.stdout);
  const lines = qrText(address);
  if (process.stdout.isTTY !== true || (lines[0]?.length ?? 0) > columns) return "";
  // select graphic rendition: bright white on black (ECMA-48, 8.3.117)
  return lines.map((line) => (isRewritable ? `\u001b[97;40m${line}\u001b[0m` : line)).join("\n");
}

/** On a terminal a line that changes; elsewhere a line for each state. */
export class StandingLine {
  readonly #terminal = terminal(process.stderr);
  #state = "online";
  #isShown = false;

  show(known: Publication): void {
    const problem = known.problem === null ? "" : oneLine(known.problem.message, 400);
    if (known.state !== this.#state) {
      this.end();
      console.error(dotted(known.state === "offline" ? "closed" : known.state, problem));
      this.#state = known.state;
    }
    if (!this.#terminal.isRewritable) return;
    const words = dotted(
      known.state,
      countText(known.traffic.requests, "request"),
      `${bytesText(known.traffic.bytes_sent)} sent`,
      known.expires_at !== null && `until ${shortMomentText(known.expires_at)}`,
    );
    process.stderr.write(`\r\u001b[K${words.slice(0, this.#terminal.columns - 1)}`);
    this.#isShown = true;
  }

  /** Takes the line away. */
  end(): void {
    if (this.#isShown) process.stderr.write("\r\u001b[K");
    this.#isShown = false;
  }
}
