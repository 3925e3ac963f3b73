/** A text as a QR code for a terminal: two rows of modules in a line of half blocks. */
import { encodeQR } from "qr";

/** White modules around the code: fewer than the norm's four, which phones do without, so that it fits 45 columns. */
const quietZone = 2;

/** By the two modules above each other, each dark or light: what is light is drawn, as on a dark screen. */
const blocks: Readonly<Record<string, string>> = { "00": "█", "01": "▀", "10": "▄", "11": " " };

/** Lines of the same width: one column a module. */
export function qrText(text: string): string[] {
  const rows = encodeQR(text, "raw", { border: quietZone });
  return rows.flatMap((upper, y) => {
    if (y % 2 === 1) return [];
    const lower = rows[y + 1];
    return [upper.map((isDark, x) => blocks[`${Number(isDark)}${Number(lower?.[x] ?? true)}`]).join("")];
  });
}
