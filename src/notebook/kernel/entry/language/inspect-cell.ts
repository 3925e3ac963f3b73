/** What Shift+Tab shows: a name's type, a call's signature with the parameter, an options object's options. */
import type TypeScript from "@tslab/typescript-for-tslab";
import type { Draft } from "./cell-compiler.js";
import type { CellInspection } from "./cell-language.js";
import { optionsAt } from "./inspect-options.js";
import { ts } from "./typescript.js";

/** The name under the cursor or just before it; else the options object around; else the call around. */
export function inspectCell(draft: Draft, position: number): CellInspection | undefined {
  return nameAt(draft, position) ?? optionsAt(draft, position) ?? callAt(draft, position);
}

function nameAt({ service, source }: Draft, position: number): CellInspection | undefined {
  const places = [position, position - 1].filter((at) => /[\p{ID_Continue}$]/u.test(source.text[at] ?? ""));
  for (const at of places) {
    const info = service.getQuickInfoAtPosition(source.fileName, at);
    if (info !== undefined) return inspection(plain(info.displayParts), plain(info.documentation), info.tags);
  }
  return undefined;
}

/** The signature the arguments fit, its documentation, and the parameter that the cursor is in. */
function callAt({ service, source }: Draft, position: number): CellInspection | undefined {
  const help = service.getSignatureHelpItems(source.fileName, position, {});
  const item = help?.items[help.selectedItemIndex];
  if (help === undefined || item === undefined) return undefined;
  const parameters = item.parameters.map(({ displayParts }) => plain(displayParts));
  const signature = [
    plain(item.prefixDisplayParts),
    parameters.join(plain(item.separatorDisplayParts)),
    plain(item.suffixDisplayParts),
  ].join("");
  const current = item.parameters[Math.min(help.argumentIndex, item.parameters.length - 1)];
  const about = current === undefined ? "" : `▸ ${plain(current.displayParts)}\n${plain(current.documentation)}`.trim();
  const others = help.items.length > 1 ? `\n(${help.items.length} forms)` : "";
  return inspection(
    `${signature}${others}`,
    [about, plain(item.documentation)].filter(Boolean).join("\n\n"),
    item.tags,
  );
}

/** Puts a signature, a documentation and its tags together. */
export function inspection(
  signature: string,
  documentation: string,
  tags: readonly TypeScript.JSDocTagInfo[] = [],
): CellInspection {
  const about = [documentation, ...tags.map(tagText)].filter((text) => text !== "").join("\n\n");
  return {
    text: about === "" ? signature : `${signature}\n\n${about}`,
    markdown: `\`\`\`typescript\n${signature}\n\`\`\`\n\n${about}`.trimEnd(),
  };
}

const tagText = ({ name, text }: TypeScript.JSDocTagInfo): string => `@${name} ${plain(text)}`.trimEnd();

/** The text of what the compiler gives in pieces. */
export const plain = (parts: readonly TypeScript.SymbolDisplayPart[] | undefined): string =>
  ts.displayPartsToString(parts === undefined ? undefined : [...parts]);
