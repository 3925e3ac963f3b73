import { expect } from "chai";
import decodeQR from "qr/decode.js";
import { qrCode } from "../../src/notebook/publish/qr-code.js";
import { qrText } from "../../src/notebook/publish/qr-text.js";

/** Pixels to a module, enough for a reader to find its way. */
const scale = 6;

/** What a camera would see of the drawing: grey values, row by row. */
function photographed(svg: string): { width: number; height: number; data: Uint8Array } {
  const size = Number(/viewBox="0 0 (\d+) /.exec(svg)?.[1]);
  const width = size * scale;
  const data = new Uint8Array(width * width * 4).fill(255);
  for (const [, x = "", y = "", run = ""] of svg.matchAll(/M(\d+) (\d+)h(\d+)/g)) {
    for (let row = Number(y) * scale; row < (Number(y) + 1) * scale; row += 1) {
      for (let column = Number(x) * scale; column < (Number(x) + Number(run)) * scale; column += 1) {
        data.fill(0, (row * width + column) * 4, (row * width + column) * 4 + 3);
      }
    }
  }
  return { width, height: width, data };
}

/** The same of lines of half blocks, light on a dark screen. */
function drawnByBlocks(lines: readonly string[]): { width: number; height: number; data: Uint8Array } {
  const columns = lines[0]?.length ?? 0;
  const [width, height] = [columns * scale, lines.length * 2 * scale];
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y += 1) {
    const row = Math.floor(y / scale);
    for (let x = 0; x < width; x += 1) {
      const block = lines[row >> 1]?.[Math.floor(x / scale)] ?? " ";
      const isLight = block === "█" || block === (row % 2 === 0 ? "▀" : "▄");
      data.fill(isLight ? 255 : 0, (y * width + x) * 4, (y * width + x) * 4 + 3);
    }
  }
  return { width, height, data };
}

describe("the QR code of an address", () => {
  it("reads as the address on a terminal, and fits 45 columns", () => {
    const url = "https://some-longer-name.ngrok-free.app";
    const lines = qrText(url);
    expect(decodeQR(drawnByBlocks(lines))).to.equal(url);
    expect(new Set(lines.map((line) => line.length)).size).to.equal(1);
    expect(lines[0]?.length).to.be.at.most(45);
  });

  for (const url of ["https://lab.ngrok-free.app", `https://${"long-".repeat(12)}name.ngrok-free.app`]) {
    it(`reads as ${url}`, () => {
      const { source } = qrCode(url, "the address");
      expect(decodeQR(photographed(source))).to.equal(url);
    });
  }

  it("has a label for who does not see it, and nothing of it becomes markup", () => {
    expect(qrCode("x", 'a"><b>').source).to.contain('aria-label="a&quot;&gt;&lt;b&gt;"');
  });
});
