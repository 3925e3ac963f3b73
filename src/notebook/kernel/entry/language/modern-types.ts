/** Types that are newer than TypeScript 5.0 and exist in every Node this project runs on, or only as types. */

/**
 * Read by the compiler beside its own libraries. Each is written so that a library that has it too is not disturbed:
 * interfaces merge, and the one alias is met by name only.
 *
 * Sources: TypeScript 5.2 (`toSorted` and its kin, in Node since 20), 5.4 (`NoInfer`, here without its effect).
 */
export const modernTypes = `
interface Array<T> {
  toReversed(): T[];
  toSorted(compareFn?: (a: T, b: T) => number): T[];
  toSpliced(start: number, deleteCount: number, ...items: T[]): T[];
  toSpliced(start: number, deleteCount?: number): T[];
  with(index: number, value: T): T[];
}
interface ReadonlyArray<T> {
  toReversed(): T[];
  toSorted(compareFn?: (a: T, b: T) => number): T[];
  toSpliced(start: number, deleteCount: number, ...items: T[]): T[];
  toSpliced(start: number, deleteCount?: number): T[];
  with(index: number, value: T): T[];
}
interface String {
  isWellFormed(): boolean;
  toWellFormed(): string;
}
type NoInfer<T> = T;
`;
