/** What the server and its files process say to each other, as structured clones: a number in a file may be infinite. */
import type { GgufHeader } from "../gguf-header.js";

/** Read the header of this file. One at a time: the answer comes before the next is asked for. */
export interface AskHeader {
  readonly path: string;
  readonly sizeBytes: number;
}

export type HeaderAnswer =
  | { readonly header: GgufHeader }
  /** `unreadable` and `long` are of the content; `system` has the code of the system's error. */
  | {
      readonly refusal: "unreadable" | "long" | "system";
      readonly message: string;
      readonly code?: string | undefined;
    };
