/** What a route answers, as data. */
import type { z } from "zod";

export interface Answer<Value> {
  /** The JSON; of a stream of events, the JSON of each. */
  readonly schema: z.ZodType<Value>;
  /** When it comes as a stream, and of what, in one sentence; undefined where it never does. */
  readonly stream: string | undefined;
}

export const json = <Value>(schema: z.ZodType<Value>, stream?: string): Answer<Value> => ({ schema, stream });
