/** A duration in a body: seconds as a number, or text such as "90s" or "8h". */
import { z } from "zod";
import { parseDuration } from "../settings/parsers.js";

type DurationField = z.ZodUnion<readonly [z.ZodNumber, z.ZodString]>;

export const durationField = (wish: string): DurationField =>
  z.union([z.number(), z.string().max(32)], { error: wish });

/** Its seconds. Refuses with `invalid_request`, naming the field. */
export const secondsOf = (value: number | string, param: string, min: number, max: number): number =>
  parseDuration(min, max)(String(value), param);
