/** Random but finite numbers as a tensor stores them, the same on every run. */
import { type GgmlType, ggmlTypes } from "../../src/server/models/sample/ggml-types.js";

/** Most bytes of random blocks that the tensors of a model share; more would only take longer to write. */
const mostBytes = 8 * 2 ** 20;

/** Standard deviation of a stored number in units of the block's scale: whole numbers −8 to 7, and −128 to 127. */
const unitDeviation = { Q4_0: 4.61, Q8_0: 73.9 } as const;

/** Pseudo-random 32-bit numbers. Source: mulberry32, by Tommy Ettinger, public domain. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

/** Nearest half-precision number at or below a positive one between 2^-14 and 2^15. Source: IEEE 754 binary16. */
function toHalf(value: number): number {
  const bits = new Uint32Array(new Float32Array([value]).buffer)[0] ?? 0;
  const exponent = (bits >>> 23) - 127 + 15;
  return (exponent << 10) | ((bits >>> 13) & 0x3ff);
}

/** Whole blocks of numbers with this standard deviation and mean 0: about `size` bytes, at most 8 MiB. */
export function randomBlocks(type: GgmlType, deviation: number, size: number, next: () => number): Buffer {
  const { blockBytes } = ggmlTypes[type];
  const words = new Uint32Array(Math.ceil(Math.min(size, mostBytes) / 4));
  for (let i = 0; i < words.length; i++) words[i] = next();
  const bytes = Buffer.from(words.buffer).subarray(0, Math.floor((4 * words.length) / blockBytes) * blockBytes);
  switch (type) {
    case "F32":
      for (let i = 0; i < words.length; i++) bytes.writeFloatLE(uniform(bytes.readUInt32LE(4 * i)) * deviation, 4 * i);
      break;
    case "F16": {
      // Random sign and fraction around one exponent: cheap, and close enough for a speed test.
      const exponent = toHalf(deviation) & 0x7c00;
      for (let i = 0; i < bytes.length; i += 2) bytes.writeUInt16LE((bytes.readUInt16LE(i) & 0x83ff) | exponent, i);
      break;
    }
    default: {
      const scale = toHalf(deviation / unitDeviation[type]);
      for (let i = 0; i < bytes.length; i += blockBytes) bytes.writeUInt16LE(scale, i);
    }
  }
  return bytes;
}

/** A 32-bit number as one from −√3 to √3, whose standard deviation is 1. */
const uniform = (word: number): number => (word / 2 ** 31 - 1) * Math.sqrt(3);
