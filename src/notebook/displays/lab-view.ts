/** How a lab looks: its state, its model, where it is, and code to copy. */

import { oneLine } from "../client/clean-text.js";
import { type LabSnapshot, residentsOf } from "../client/lab-snapshot.js";
import type { Reach } from "../client/reachable-address.js";
import { type Html, html } from "./html.js";
import { layersText, noteText, residentsText } from "./models-view.js";
import { aside, bar, card, dot, dotted, facts, foldedCode, type Tone, warningLines } from "./parts.js";
import type { View } from "./self-displaying.js";
import { snippets } from "./snippets.js";
import { deviceText } from "./system-view.js";
import { bytesText, percentText, timeText } from "./units.js";

export interface LabFace {
  readonly url: string;
  readonly hasKey: boolean;
  readonly snapshot: LabSnapshot;
  /** How the reader's browser comes to a lab of this machine; undefined for one elsewhere, whose address is its own. */
  readonly reach?: Reach | undefined;
}

interface Standing {
  readonly tone: Tone;
  readonly words: string;
}

const standings: Readonly<Record<string, Standing>> = {
  no_model: { tone: "off", words: "no model loaded" },
  loading: { tone: "working", words: "loading" },
  ready: { tone: "good", words: "ready" },
  busy: { tone: "good", words: "busy" },
  restarting: { tone: "working", words: "engine restarting" },
  failed: { tone: "bad", words: "engine failed" },
  stopping: { tone: "working", words: "stopping" },
};

/** The state in words: "ready", "busy 2/4, 3 waiting", "loading 40 %", "stopped". */
function standingOf({ contact, health }: LabSnapshot): Standing {
  if (contact === "stopped") return { tone: "off", words: "stopped" };
  if (contact === "lost") return { tone: "bad", words: "not answering" };
  const standing = standings[health.state] ?? { tone: "off", words: health.state };
  const details = [
    health.loading ? ` ${percentText(health.loading.progress)}` : "",
    health.slots.busy > 0 ? ` ${health.slots.busy}/${health.slots.total}` : "",
    health.waiting > 0 ? `, ${health.waiting} waiting` : "",
  ];
  return { tone: standing.tone, words: standing.words + details.join("") };
}

/** The address for the reader's browser first; the lab's own where that is another, or none is known. */
const addressPairs = ({ url, reach }: LabFace): [string, string][] =>
  reach === undefined || reach.address === url
    ? [["URL", url]]
    : [
        ["Address", reach.address ?? ""],
        ["On its machine", url],
      ];

function pairs(face: LabFace): [string, string][] {
  const { health, model, system } = face.snapshot;
  const memory = model?.memory_bytes ?? system?.engine.memory_bytes;
  return [
    ["Model", health.model ?? health.loading?.model ?? "none"],
    ["In memory", residentsText(residentsOf(health), health.model === null ? 1 : 2)],
    ["Context", dotted(model?.context != null && `${model.context} tokens`, `${health.slots.total} slots`)],
    ["Device", system ? dotted(deviceText(system), layersText(model)) : ""],
    ["Memory", memory ? bytesText(memory) : ""],
    ...addressPairs(face),
  ].map(([name, value]) => [name as string, oneLine(value as string, 300)]);
}

const loadingBar = ({ contact, health }: LabSnapshot): Html | false =>
  contact === "live" && health.loading ? html`<div>${bar(health.loading.progress)}</div>` : false;

export const labView = (face: LabFace): View => {
  const { tone, words } = standingOf(face.snapshot);
  return {
    html: () =>
      card(
        html`<div>${dot(tone)} <b>LocalLab</b> ${oneLine(words, 80)}</div>`,
        loadingBar(face.snapshot),
        facts(pairs(face)),
        noteText(face.snapshot.model) === "" ? false : warningLines([oneLine(noteText(face.snapshot.model), 300)]),
        face.reach && face.reach.note !== "" && aside(oneLine(face.reach.note, 500)),
        snippets(face.url, face.hasKey).map(({ title, code }) => foldedCode(title, code)),
        aside(`as of ${timeText(face.snapshot.changedAt)} · version ${oneLine(face.snapshot.health.version, 40)}`),
      ),
    text: () =>
      `LocalLab ${dotted(words, ...pairs(face).map(([name, value]) => value && `${name.toLowerCase()} ${value}`))}`,
  };
};
