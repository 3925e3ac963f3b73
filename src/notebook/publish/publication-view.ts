/** How a publication looks: its state, its address, until when, and who uses it. */
import type { Publication as Known } from "../../server/wire/publish.js";
import { oneLine } from "../client/clean-text.js";
import { html } from "../displays/html.js";
import {
  aside,
  card,
  copied,
  dot,
  dotted,
  dottedHtml,
  facts,
  headline,
  type Tone,
  warningLines,
} from "../displays/parts.js";
import { bytesText, countText, momentText, percentText } from "../displays/units.js";
import type { View } from "../displays/view.js";
import { passesTable } from "./passes-view.js";
import { qrCode } from "./qr-code.js";

export interface PublicationFace {
  readonly known: Known;
  /** The address, also once it is closed. */
  readonly url: string;
  /** How the key is named. */
  readonly keyWords: string;
  readonly warnings: readonly string[];
  /** false once the lab does not answer any more. */
  readonly isAnswering: boolean;
}

/** What ngrok's free plan gives in a month. Source: https://ngrok.com/docs/pricing-limits/free-plan-limits */
const freeRequests = 20_000;
const freeBytes = 1_000_000_000;

const standings: Readonly<Record<Known["state"], readonly [Tone, string]>> = {
  online: ["good", "online"],
  reconnecting: ["working", "reconnecting"],
  connecting: ["working", "connecting"],
  checking: ["working", "checking its own address"],
  closing: ["working", "closing"],
  offline: ["off", "closed"],
  failed: ["bad", "failed"],
};

/** "7 h 59 min" until an ISO 8601 moment; seconds in the last minute only, so that a card changes once a minute. */
function leftText(until: string | null): string {
  const seconds = Math.ceil((Date.parse(until ?? "") - Date.now()) / 1000);
  if (!(seconds > 0)) return "";
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const shareText = (used: number, most: number): string => (used / most < 0.01 ? "under 1 %" : percentText(used / most));

function pairs({ known, keyWords }: PublicationFace): [string, string][] {
  const left = leftText(known.expires_at);
  const { requests, bytes_sent } = known.traffic;
  return [
    ["Models", known.models.join(", ")],
    ["Ends", left === "" ? "" : `in ${left}, ${momentText(known.expires_at)}`],
    ["Key", known.url === null ? "" : keyWords],
    [
      "Used",
      `${countText(requests, "request")}, ${bytesText(bytes_sent)} sent; of a month of ngrok's free plan ${shareText(requests, freeRequests)} of the requests, ${shareText(bytes_sent, freeBytes)} of the bytes`,
    ],
    [
      "Tunnel",
      known.url === null
        ? ""
        : dotted(
            known.latency_ms !== null && `${known.latency_ms} ms to ngrok`,
            known.reconnects > 0 && `came back ${countText(known.reconnects, "time")}`,
          ),
    ],
  ].map(([name, value]) => [name as string, oneLine(value as string, 300)]);
}

/** `isLive` is false once the card is left as it is. */
export const publicationView = (face: PublicationFace, isLive = true): View => {
  const [tone, words] = face.isAnswering ? standings[face.known.state] : (["bad", "the lab does not answer"] as const);
  const { problem, url, since } = face.known;
  const isOpen = url !== null && face.isAnswering;
  const why = problem === null ? "" : oneLine(problem.message, 500);
  const address = oneLine(face.url, 300);
  const moment = isOpen && isLive ? `as of ${momentText(since)} · live while this page is open` : momentText(since);
  const known = isOpen ? pairs(face) : [];
  return {
    html: () =>
      card(
        html`<div style="display:flex;flex-wrap:wrap;gap:8px 24px;align-items:flex-start"><div style="flex:1 1 24em;min-width:0">${headline(
          dottedHtml(html`${dot(tone)} <b>Published</b>`, isOpen && copied(address), html`<b>${words}</b>`),
        )}${aside(moment)}${why === "" ? false : aside(why)}${warningLines(
          face.warnings.map((warning) => oneLine(warning, 300)),
        )}${facts(known)}</div>${isOpen ? html`<div>${qrCode(face.url, `QR code of ${face.url}`)}</div>` : false}</div>`,
        isOpen ? passesTable(face.known.keys) : false,
        isOpen ? aside(meaning) : false,
      ),
    text: () =>
      [
        dotted("Published", isOpen && address, words),
        moment,
        why,
        ...known.map(([name, value]) => value && `${name}: ${value}`),
        isOpen && meaning,
      ]
        .filter(Boolean)
        .join("\n"),
  };
};

const meaning =
  "Whoever has the address and a key can use this computer's model. Counted since it was published, by this lab alone.";
