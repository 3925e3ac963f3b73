/** How passes look: who has one, until when, and what they used. */
import type { PassEntry } from "../../server/wire/passes.js";
import { oneLine } from "../client/clean-text.js";
import { type Html, html } from "../displays/html.js";
import { aside, card, facts, headline, line } from "../displays/parts.js";
import { table, textTable } from "../displays/table.js";
import { shortMomentText } from "../displays/units.js";
import type { View } from "../displays/view.js";

const head = [
  "Who",
  "State",
  "May",
  "Until",
  { name: "Requests", kind: "number" },
  { name: "Tokens", kind: "number" },
  { name: "Running", kind: "number" },
  "Last used",
  "Id",
] as const;

const ofMost = (used: number, most: number | null): string => (most === null ? String(used) : `${used} of ${most}`);

/** "infer", or "infer: sample, sample-b" for a key that may use these models only. */
const mayText = ({ scopes, models }: PassEntry): string =>
  models === null
    ? scopes.join(", ")
    : `${scopes.join(", ")}: ${models.map((id) => id.slice(id.lastIndexOf("/") + 1)).join(", ")}`;

const cells = (pass: PassEntry): string[] => [
  pass.name,
  pass.state,
  mayText(pass),
  shortMomentText(pass.expires_at),
  ofMost(pass.requests, pass.max_requests),
  ofMost(pass.tokens, pass.max_tokens),
  String(pass.running),
  shortMomentText(pass.last_used_at),
  pass.id,
];

/** As the list, without the ids. */
export const passesTable = (passes: readonly PassEntry[]): Html =>
  table(
    head.slice(0, -1),
    passes.map((pass) => cells(pass).slice(0, -1)),
    { label: "Passes" },
  );

export const passesView = (passes: readonly PassEntry[]): View => ({
  html: () => (passes.length === 0 ? line("No passes yet.") : table(head, passes.map(cells), { label: "Passes" })),
  text: () => (passes.length === 0 ? "No passes yet." : textTable(head, passes.map(cells))),
});

/** A pass just made: everything but its key. */
export const passView = (pass: PassEntry & { readonly key: { toString(): string } }): View => ({
  html: () =>
    card(
      headline(html`Pass for <b>${oneLine(pass.name, 64)}</b>`),
      facts([
        ["May", pass.scopes.join(", ")],
        ["Models", pass.models === null ? "every one" : pass.models.map((id) => oneLine(id, 120)).join(", ")],
        ["Until", shortMomentText(pass.expires_at)],
        ["Key", `${pass.key.toString()}, told this one time`],
        ["Id", pass.id],
      ]),
      aside("key.reveal() gives the key. What a cell prints is saved with the notebook."),
    ),
  text: () =>
    `Pass for ${oneLine(pass.name, 64)}: key ${pass.key.toString()} (key.reveal() gives it)${pass.models === null ? "" : `, for ${oneLine(pass.models.join(", "), 300)}`}, until ${shortMomentText(pass.expires_at)}, id ${pass.id}`,
});
