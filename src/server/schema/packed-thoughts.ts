/**
 * Thoughts as one opaque word.
 *
 * Clients of OpenAI's Responses API that store nothing send back `encrypted_content` of a reasoning item and nothing else
 * of it. It hides nothing: whoever has it has the thoughts beside it.
 */
const mark = "lab1.";

export const packThoughts = (thoughts: string): string => mark + Buffer.from(thoughts, "utf8").toString("base64url");

/** The thoughts; undefined for what another server packed. */
export function unpackThoughts(packed: string): string | undefined {
  if (!packed.startsWith(mark)) return undefined;
  return Buffer.from(packed.slice(mark.length), "base64url").toString("utf8");
}
