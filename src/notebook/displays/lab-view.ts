/**
 * How a lab looks: its name, its model and how it is, large; its numbers and its address, small.
 *
 * What may be opened is not on it (`usage-view.ts`): the card changes with every request, and a fold would close.
 */
import { oneLine } from "../client/clean-text.js";
import { type LabSnapshot, residentsOf } from "../client/lab-snapshot.js";
import { type Html, html } from "./html.js";
import { layersText, noteText, residentsText } from "./models-view.js";
import { aside, bar, card, copied, dot, dotted, dottedHtml, headline, line, type Tone, warningLines } from "./parts.js";
import { deviceText } from "./system-view.js";
import { bytesText, momentText, percentText } from "./units.js";
import type { View } from "./view.js";

export interface LabFace {
  /** What the lab is called; its address where it has no name here. */
  readonly name: string;
  /** Where programs reach it that run where the notebook does. */
  readonly url: string;
  /** Where the reader's browser reaches it; the same where none is known. */
  readonly address: string;
  /** What to know of the address, as a sentence; "" for nothing. */
  readonly addressNote: string;
  readonly hasKey: boolean;
  readonly snapshot: LabSnapshot;
}

/** Nothing will be heard of it any more. */
export const isOver = (contact: LabSnapshot["contact"]): boolean => contact === "stopped" || contact === "restarted";

interface Standing {
  readonly tone: Tone;
  readonly words: string;
}

const standings: Readonly<Record<string, Standing>> = {
  no_model: { tone: "off", words: "no model loaded" },
  loading: { tone: "working", words: "loading" },
  ready: { tone: "good", words: "ready" },
  busy: { tone: "good", words: "busy" },
  restarting: { tone: "working", words: "its engine restarts" },
  failed: { tone: "bad", words: "its engine failed" },
  stopping: { tone: "working", words: "stopping" },
};

/** The state in words: "ready", "2 of 4 slots busy, 3 waiting", "loading, 40 %", "stopped". */
function standingOf({ contact, health }: LabSnapshot): Standing {
  if (contact === "stopped") return { tone: "off", words: "stopped" };
  if (contact === "restarted") return { tone: "off", words: "restarted: see a later cell" };
  if (contact === "lost") return { tone: "bad", words: "not answering" };
  const { tone, words } = standings[health.state] ?? { tone: "off", words: health.state };
  const { busy, total } = health.slots;
  const isBusy = health.state === "busy" || (health.state === "ready" && busy > 0);
  const parts = [
    isBusy && busy > 0 ? `${busy} of ${total} slots busy` : words,
    health.loading && percentText(health.loading.progress),
    health.waiting > 0 && `${health.waiting} waiting`,
  ];
  return { tone, words: parts.filter(Boolean).join(", ") };
}

/** The model that answers, or the one on its way; without the folders of its file. */
function modelText({ health }: LabSnapshot): string {
  const id = health.model ?? health.loading?.model ?? "";
  return oneLine(id.slice(id.lastIndexOf("/") + 1), 120);
}

/** "4 × 4096 tokens · CPU, 2 threads · 700 MiB". */
function numbersText({ health, model, system }: LabSnapshot): string {
  const { total } = health.slots;
  const memory = model?.memory_bytes ?? system?.engine.memory_bytes;
  const numbers = dotted(
    model?.context != null ? `${total} × ${model.context} tokens` : total > 0 && `${total} slots`,
    system && deviceText(system),
    layersText(model),
    memory ? bytesText(memory) : "",
  );
  return health.model === null && health.loading === null ? "" : oneLine(numbers, 300);
}

/** What to know of the address, and the lab's own where the browser goes to another. */
const addressNoteOf = ({ url, address, addressNote }: LabFace): string =>
  [address === url ? "" : `On its machine: ${url}.`, addressNote].filter((note) => note !== "").join(" ");

/** When it was seen so; a saved notebook is read much later. */
const momentWords = ({ contact, changedAt }: LabSnapshot, isLive: boolean): string => {
  if (isOver(contact)) return momentText(changedAt);
  return `as of ${momentText(changedAt)} · ${isLive ? "live while this page is open" : "no longer kept up to date"}`;
};

const loadingBar = ({ contact, health }: LabSnapshot): Html | false =>
  contact === "live" && health.loading ? html`<div>${bar(health.loading.progress)}</div>` : false;

/** The first line of the card, in words: the lab, its model, how it is. */
const titleText = (face: LabFace): string =>
  dotted(oneLine(face.name, 80), modelText(face.snapshot), oneLine(standingOf(face.snapshot).words, 80));

const titleHtml = ({ name, snapshot }: LabFace): Html => {
  const { tone, words } = standingOf(snapshot);
  return html`${dot(tone)} ${dottedHtml(html`<b>${oneLine(name, 80)}</b>`, modelText(snapshot), html`<b>${oneLine(words, 80)}</b>`)}`;
};

/** `isLive` is false once the card is left as it is. */
export const labView = (face: LabFace, isLive = true): View => {
  const { snapshot } = face;
  const isThere = !isOver(snapshot.contact);
  const inMemory = isThere ? residentsText(residentsOf(snapshot.health), 2) : "";
  const notes = isThere ? [noteText(snapshot.model)].filter((note) => note !== "") : [];
  const addressNote = isThere ? oneLine(addressNoteOf(face), 500) : "";
  const numbers = isThere ? numbersText(snapshot) : "";
  return {
    html: () =>
      card(
        headline(titleHtml(face)),
        loadingBar(snapshot),
        aside(
          dottedHtml(numbers, isThere && copied(oneLine(face.address, 300)), momentWords(snapshot, isLive && isThere)),
        ),
        addressNote !== "" && aside(addressNote),
        inMemory !== "" && aside(`In memory: ${oneLine(inMemory, 300)}`),
        warningLines(notes.map((note) => oneLine(note, 300))),
      ),
    text: () =>
      [
        titleText(face),
        dotted(numbers, isThere && oneLine(face.address, 300), momentWords(snapshot, isLive && isThere)),
        addressNote,
        inMemory !== "" && `In memory: ${oneLine(inMemory, 300)}`,
        ...notes.map((note) => `! ${oneLine(note, 300)}`),
      ]
        .filter(Boolean)
        .join("\n"),
  };
};

/** How the lab is, as one line: what a later cell says where the card above says something else. */
export const labLineView = (face: LabFace): View => ({
  html: () =>
    line(titleHtml(face), " ", html`<span style="opacity:0.75">${momentText(face.snapshot.changedAt)}</span>`),
  text: () => `${titleText(face)} (${momentText(face.snapshot.changedAt)})`,
});

/** What a reader has been told once it was shown: the model and the state, without what moves by itself. */
export const toldBy = ({ snapshot: { contact, health } }: LabFace): string => {
  const isServing = contact === "live" && (health.state === "ready" || health.state === "busy");
  return JSON.stringify([contact, health.model, isServing || health.state]);
};
