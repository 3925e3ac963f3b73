/** A text as a QR code, drawn as SVG that a saved notebook keeps. */
import { encodeQR } from "qr";
import { type Html, html } from "../displays/html.js";

/** White modules around the code. Source: ISO/IEC 18004, 6.3.8. */
const quietZone = 4;

export function qrCode(text: string, label: string): Html {
  const rows = encodeQR(text, "raw", { border: quietZone });
  const size = rows.length;
  const path = rows.flatMap((row, y) => darkRuns(row).map(([x, width]) => `M${x} ${y}h${width}v1h-${width}z`)).join("");
  return html`<svg role="img" aria-label="${label}" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" width="148" height="148" shape-rendering="crispEdges"><rect width="${size}" height="${size}" fill="#fff"/><path d="${path}" fill="#000"/></svg>`;
}

/** Where dark modules begin in a row, and how many follow each other. */
function darkRuns(row: readonly boolean[]): [x: number, width: number][] {
  const runs: [number, number][] = [];
  row.forEach((isDark, x) => {
    const last = runs.at(-1);
    if (!isDark) return;
    if (last !== undefined && last[0] + last[1] === x) last[1] += 1;
    else runs.push([x, 1]);
  });
  return runs;
}
