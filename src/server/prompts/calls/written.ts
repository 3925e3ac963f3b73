import { literal } from "../../grammar/rule-book.js";
import { idHole, numberHole } from "./call-form.js";

/** The rule that `gapped` names, and what it says. */
export const gap = { name: "gap", body: "[ \\x09\\x0a]{0,12}" } as const;

const parts = new RegExp(`${idHole}|${numberHole}|\\s+|[^\\s${idHole}${numberHole}]+`, "gu");

/** A text of a form in a grammar: its blanks may be others, and what differs between calls is any. */
export function gapped(text: string): string {
  const written = (text.match(parts) ?? []).map((part) => {
    if (part === idHole) return "[a-zA-Z0-9]{9}";
    if (part === numberHole) return "[0-9]{1,2}";
    return /\s/.test(part) ? gap.name : literal(part);
  });
  return written.length === 0 ? '""' : written.join(" ");
}
