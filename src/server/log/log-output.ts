/** Where the lines of a log go. */
export interface LogOutput {
  /** Takes one line, its end included. Returns at once and never throws. */
  write(line: string): void;
  /** Writes what is left, for at most `withinMs`. */
  close(withinMs: number): Promise<void>;
}
