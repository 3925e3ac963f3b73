/** What a route answers, as data, and the building blocks of its schema. */
import { z } from "zod";

export interface Answer<Value> {
  /** The JSON; of a stream of events, the JSON of each. */
  readonly schema: z.ZodType<Value>;
  /** When it comes as a stream, and of what, in one sentence; undefined where it never does. */
  readonly stream: string | undefined;
}

export const json = <Value>(schema: z.ZodType<Value>, stream?: string): Answer<Value> => ({ schema, stream });

/** A whole number that is not negative. */
export const countField = (description: string): z.ZodInt => z.int().nonnegative().describe(description);

/** A number that is not negative. */
export const amountField = (description: string): z.ZodNumber => z.number().nonnegative().describe(description);

/** A moment as text, ISO 8601. */
export const momentField = (description: string): z.ZodISODateTime => z.iso.datetime().describe(description);
