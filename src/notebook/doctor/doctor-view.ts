/** How the doctor's findings look. */
import { oneLine } from "../client/clean-text.js";
import { html } from "../displays/html.js";
import { aside, card, table } from "../displays/parts.js";
import type { View } from "../displays/self-displaying.js";
import { durationText } from "../displays/units.js";
import type { DoctorReport, Finding } from "./finding.js";

const marks: Readonly<Record<Finding["state"], string>> = { good: "✔", warning: "⚠", bad: "✘" };
const verdicts: Readonly<Record<Finding["state"], string>> = {
  good: "Nothing stands in the way",
  warning: "LocalLab runs; ⚠ says what could be better",
  bad: "LocalLab does not run like this; ✘ says what to repair",
};

const verdict = ({ state, took_ms }: DoctorReport): string =>
  `${verdicts[state]} (looked at in ${durationText(took_ms)}).`;

const codeStyle = "white-space:pre-wrap;overflow-wrap:anywhere";

export const reportView = (report: DoctorReport): View => ({
  html: () => {
    const rows = report.findings.map(({ state, check, found, advice, fix }) => [
      marks[state],
      check,
      found,
      html`${oneLine(advice, 300)}${fix === null ? "" : html`<br><code style="${codeStyle}">${oneLine(fix, 300)}</code>`}`,
    ]);
    return card(table(["", "Check", "Found", "Advice"], rows), aside(verdict(report)));
  },
  text: () => [...report.findings.flatMap(findingLines), verdict(report)].join("\n"),
});

function findingLines({ state, check, found, advice, fix }: Finding): string[] {
  const line = `${marks[state]} ${check.padEnd(12)} ${oneLine(found, 200)}. ${oneLine(advice, 300)}`;
  return fix === null ? [line] : [line, `${" ".repeat(15)}${oneLine(fix, 300)}`];
}
