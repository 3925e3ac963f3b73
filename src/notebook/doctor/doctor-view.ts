/** How the doctor's findings look. */
import { oneLine } from "../client/clean-text.js";
import { html } from "../displays/html.js";
import { aside, copied, line, marked } from "../displays/parts.js";
import { table } from "../displays/table.js";
import { durationText } from "../displays/units.js";
import type { View } from "../displays/view.js";
import type { DoctorReport, Finding } from "./finding.js";

const marks: Readonly<Record<Finding["state"], string>> = { good: "✔", absent: "–", warning: "⚠", bad: "✘" };
const words: Readonly<Record<Finding["state"], string>> = {
  good: "good",
  absent: "absent",
  warning: "warning",
  bad: "bad",
};
const verdicts: Readonly<Record<DoctorReport["state"], string>> = {
  good: "Nothing stands in the way",
  warning: "LocalLab runs; ⚠ says what could be better",
  bad: "LocalLab does not run like this; ✘ says what to repair",
};

const verdict = ({ state, took_ms }: DoctorReport): string =>
  `${verdicts[state]} (looked at in ${durationText(took_ms)}).`;

const head = ["State", "Check", "Found", { name: "Advice", kind: "long" }] as const;

export const reportView = (report: DoctorReport): View => ({
  html: () => {
    const rows = report.findings.map(({ state, check, found, advice, fix }) => [
      marked(marks[state], words[state]),
      check,
      found,
      html`${oneLine(advice, 300)}${fix === null ? "" : html`<br>${copied(oneLine(fix, 300))}`}`,
    ]);
    return html`${table(head, rows, { label: "What the doctor found" })}${line(aside(verdict(report)))}`;
  },
  text: () => [...report.findings.flatMap(findingLines), verdict(report)].join("\n"),
});

function findingLines({ state, check, found, advice, fix }: Finding): string[] {
  const line = `${marks[state]} ${check.padEnd(12)} ${oneLine(found, 200)}. ${oneLine(advice, 300)}`;
  return fix === null ? [line] : [line, `${" ".repeat(15)}${oneLine(fix, 300)}`];
}
