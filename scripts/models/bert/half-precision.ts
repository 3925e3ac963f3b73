/** Single-precision numbers as half-precision ones, rounded to the nearest, ties to even. Source: IEEE 754 binary16. */
export function toHalves(numbers: Float32Array): Uint8Array {
  const bits = new Uint32Array(numbers.buffer, numbers.byteOffset, numbers.length);
  const halves = new Uint16Array(numbers.length);
  for (let index = 0; index < halves.length; index++) halves[index] = toHalf(bits[index] ?? 0);
  return new Uint8Array(halves.buffer);
}

function toHalf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fff_ffff;
  // 65520 and more is infinite; a number that is none stays none
  if (magnitude >= 0x477f_f000) return sign | (magnitude > 0x7f80_0000 ? 0x7e00 : 0x7c00);
  // below 2^-14 the steps are 2^-24 wide, whatever the number is
  if (magnitude < 0x3880_0000) return sign | toNearestEven(asFloat(magnitude) * 2 ** 24);
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
  return sign | ((rounded - 0x3800_0000) >>> 13);
}

function toNearestEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}

const shared = new DataView(new ArrayBuffer(4));

function asFloat(bits: number): number {
  shared.setUint32(0, bits);
  return shared.getFloat32(0);
}
