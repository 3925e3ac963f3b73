/** Building blocks of the schemas of answers. */
import { z } from "zod";

/** A whole number that is not negative. */
export const countField = (description: string): z.ZodInt => z.int().nonnegative().describe(description);

/** A number that is not negative. */
export const amountField = (description: string): z.ZodNumber => z.number().nonnegative().describe(description);

/** A moment as text, ISO 8601. */
export const momentField = (description: string): z.ZodISODateTime => z.iso.datetime().describe(description);
