/** How a publication looks: its state, its address, until when, and who uses it. */
import type { Publication as Known } from "../../server/wire/publish.js";
import { oneLine } from "../client/clean-text.js";
import { html } from "../displays/html.js";
import { aside, card, dot, dotted, facts, foldedCode, type Tone, warningLines } from "../displays/parts.js";
import type { View } from "../displays/self-displaying.js";
import { bytesText, countText, percentText } from "../displays/units.js";
import { momentText, passesTable } from "./passes-view.js";
import { publicSnippets } from "./public-snippets.js";
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

function pairs({ known, url, keyWords }: PublicationFace): [string, string][] {
  const left = leftText(known.expires_at);
  const { requests, bytes_sent } = known.traffic;
  return [
    ["URL", url],
    ["Models", known.models.join(", ")],
    ["Ends", left === "" ? "" : `in ${left}, ${momentText(known.expires_at)}`],
    ["Key", known.url === null ? "" : keyWords],
    ["Requests", `${requests}, ${shareText(requests, freeRequests)} of the 20,000 a month of ngrok's free plan`],
    ["Sent", `${bytesText(bytes_sent)}, ${shareText(bytes_sent, freeBytes)} of its 1 GB a month`],
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

export const publicationView = (face: PublicationFace): View => {
  const [tone, words] = face.isAnswering ? standings[face.known.state] : (["bad", "the lab does not answer"] as const);
  const { problem, url } = face.known;
  const isLive = url !== null && face.isAnswering;
  const why = problem === null ? "" : oneLine(problem.message, 500);
  return {
    html: () =>
      card(
        html`<div>${dot(tone)} <b>Published</b> ${words}</div>`,
        why === "" ? false : aside(why),
        warningLines(face.warnings.map((warning) => oneLine(warning, 300))),
        html`<div style="display:flex;flex-wrap:wrap;gap:8px 24px;align-items:flex-start"><div style="flex:1 1 24em">${facts(pairs(face))}</div>${isLive ? html`<div>${qrCode(face.url, `QR code of ${face.url}`)}</div>` : false}</div>`,
        isLive ? passesTable(face.known.keys) : false,
        isLive ? publicSnippets(face.url).map(({ title, code }) => foldedCode(title, code)) : false,
        isLive
          ? aside(
              "Whoever has the address and a key can use this computer's model. Counted since it was published, by this lab alone.",
            )
          : false,
      ),
    text: () =>
      dotted(
        `Published ${words}`,
        ...pairs(face).map(([name, value]) => value && `${name.toLowerCase()} ${value}`),
        why,
      ),
  };
};
