/** Pixels of a PNG as Chromium writes it: 8 bits a channel, RGB or RGBA, not interlaced. Source: PNG specification, 9 and 11.2. */
import { inflateSync } from "node:zlib";

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Brightness of the pixels, 0 to 255, row by row. */
  readonly brightness: Uint8Array;
}

/** Decodes a picture. */
export function decodePng(png: Buffer): Picture {
  const width = png.readUInt32BE(16);
  const height = png.readUInt32BE(20);
  const channels = png[25] === 6 ? 4 : 3;
  const bytes = unfiltered(inflateSync(imageData(png)), width * channels, channels);
  const brightness = new Uint8Array(width * height).map((_, pixel) => {
    const [red = 0, green = 0, blue = 0] = bytes.subarray(pixel * channels, pixel * channels + 3);
    return (red + green + blue) / 3;
  });
  return { width, height, brightness };
}

/** The contents of all IDAT chunks: length, name, contents and a checksum each, after a signature of 8 bytes. */
function imageData(png: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString("latin1", at + 4, at + 8) !== "IDAT") continue;
    parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  return Buffer.concat(parts);
}

/** Every row begins with the number of its filter: what its bytes are the difference to. */
function unfiltered(raw: Buffer, rowBytes: number, channels: number): Uint8Array {
  let above = new Uint8Array(rowBytes + channels);
  const rows: Uint8Array[] = [];
  for (let start = 0; start < raw.length; start += rowBytes + 1) {
    const predict = filters[raw[start] ?? 0] ?? none;
    // a pixel of zeros stands left of each row
    const row = new Uint8Array(rowBytes + channels);
    for (let x = channels; x < row.length; x += 1) {
      const predicted = predict(row[x - channels] ?? 0, above[x] ?? 0, above[x - channels] ?? 0);
      row[x] = (raw[start + 1 + x - channels] ?? 0) + predicted;
    }
    rows.push(row.subarray(channels));
    above = row;
  }
  return Buffer.concat(rows);
}

type Predict = (left: number, up: number, corner: number) => number;

const none: Predict = () => 0;
const filters: readonly Predict[] = [
  none,
  (left) => left,
  (_, up) => up,
  (left, up) => Math.floor((left + up) / 2),
  (left, up, corner) => {
    const nearest = [left, up, corner].map((value) => Math.abs(left + up - corner - value));
    const least = Math.min(...nearest);
    return [left, up, corner][nearest.indexOf(least)] ?? 0;
  },
];
