/** What a lab refuses, said of the flags that a person wrote. */
import { LabRequestError } from "../client/request-error.js";
import { inWordsOf, type WireOption } from "../client/wire-options.js";
import { UsageError } from "./command-line.js";

/** The outcome of `request`. A value that the lab does not take is a line that is not understood; it names the flag. */
export async function inWordsOfFlags<Answer>(
  flags: Readonly<Record<string, WireOption>>,
  request: Promise<Answer>,
): Promise<Answer> {
  try {
    return await inWordsOf(flags, request);
  } catch (error) {
    const isAboutLine = error instanceof LabRequestError && error.param !== null && Object.hasOwn(flags, error.param);
    throw isAboutLine && error.code === "invalid_request" ? new UsageError(error.message) : error;
  }
}

/** A list as a flag has it: "a,b" are two. */
export const listOf = (text: string): string[] =>
  text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
