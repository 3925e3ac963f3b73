/** How numbers are stored in a GGUF tensor: id, numbers per block, bytes per block. Source: ggml.h and ggml-common.h. */
export const ggmlTypes = {
  F32: { id: 0, blockSize: 1, blockBytes: 4 },
  F16: { id: 1, blockSize: 1, blockBytes: 2 },
  /** A half-precision scale and 32 four-bit numbers: scale × (number − 8). */
  Q4_0: { id: 2, blockSize: 32, blockBytes: 18 },
  /** A half-precision scale and 32 signed bytes. */
  Q8_0: { id: 8, blockSize: 32, blockBytes: 34 },
} as const;

export type GgmlType = keyof typeof ggmlTypes;

/** Bytes of a tensor. `dims[0]` is the length of a row and must be a multiple of the type's block. */
export function tensorBytes(type: GgmlType, dims: readonly number[]): number {
  const { blockSize, blockBytes } = ggmlTypes[type];
  const rowLength = dims[0] ?? 0;
  if (rowLength % blockSize !== 0) {
    throw new RangeError(`A row of ${rowLength} numbers cannot be stored as ${type}: use a multiple of ${blockSize}.`);
  }
  return (rowLength / blockSize) * blockBytes * dims.slice(1).reduce((product, size) => product * size, 1);
}
