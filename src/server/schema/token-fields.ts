/** Fields that speak of tokens and of the form of an answer: biases by token id, JSON schemas. */
import { z } from "zod";

type Bias = readonly [token: number, bias: number];
type SentBiases = Record<string, number | false> | [token: number, bias: number | false][];

/** Greater than the ids of any vocabulary. */
const mostTokenId = 2 ** 31 - 1;

/**
 * Numbers for tokens, by their ids: an object as OpenAI has it, or pairs as llama-server has them. As pairs; of several
 * for one token the last counts.
 */
export function biasesField(least: number, most: number, mostEntries: number): z.ZodType<readonly Bias[], SentBiases> {
  const error = `up to ${mostEntries} numbers from ${least} to ${most}, by token id, such as {"42": -100}`;
  return z
    .unknown()
    .superRefine((given, { addIssue }) => {
      const wrong = wrongBias(given, least, most, mostEntries);
      if (wrong === undefined) return;
      addIssue({ code: "custom", message: wrong.message ?? error, path: wrong.path, params: { is: wrong.is } });
    })
    .transform((given) => [...new Map(pairsOf(given as SentBiases, least))]) as unknown as z.ZodType<
    readonly Bias[],
    SentBiases
  >;
}

interface Wrong {
  readonly path: (string | number)[];
  /** What it must be, where that is not what the whole field must be. */
  readonly message?: string;
  /** What it is, where its value does not tell. */
  readonly is?: string;
}

function wrongBias(given: unknown, least: number, most: number, mostEntries: number): Wrong | undefined {
  if (typeof given !== "object" || given === null) return { path: [] };
  const entries = entriesOf(given);
  if (entries.length > mostEntries) return { path: [], is: `of ${entries.length} numbers` };
  for (const [path, token, bias] of entries) {
    if (!isTokenId(token)) return { path: path.token, message: tokenWish };
    const isFine = isBan(bias) || (typeof bias === "number" && bias >= least && bias <= most);
    if (!isFine) return { path: path.bias, message: `a number from ${least} to ${most}` };
  }
  return undefined;
}

type Path = Wrong["path"];
type Entry = readonly [path: { readonly token: Path; readonly bias: Path }, token: unknown, bias: unknown];

function entriesOf(given: object): readonly Entry[] {
  if (!Array.isArray(given)) {
    return Object.entries(given).map(([name, bias]) => [
      { token: [name], bias: [name] },
      /^\d+$/.test(name) ? Number(name) : name,
      bias,
    ]);
  }
  return given.map((pair: unknown, at) =>
    Array.isArray(pair)
      ? [{ token: [at, 0], bias: [at, 1] }, pair[0], pair[1]]
      : [{ token: [at], bias: [at] }, pair, undefined],
  );
}

/** How llama-server's clients write "never". */
const isBan = (bias: unknown): bias is false => bias === false;

const tokenWish = "the id of a token, a whole number: POST /tokenize gives those of a text";

/** Texts are no tokens: several tokens, or none, may stand for one. */
const isTokenId = (token: unknown): boolean =>
  Number.isInteger(token) && Number(token) >= 0 && Number(token) <= mostTokenId;

function pairsOf(given: SentBiases, least: number): Bias[] {
  const pairs = Array.isArray(given) ? given : Object.entries(given);
  return pairs.map(([token, bias]) => [Number(token), isBan(bias) ? least : bias]);
}

/** A JSON schema, an object of at most so many bytes; what is in it is read by whoever compiles it. */
export function schemaField(mostBytes: number): z.ZodType<Record<string, unknown>, Record<string, unknown>> {
  const error = `a JSON schema: an object of up to ${mostBytes} bytes`;
  return z.record(z.string(), z.unknown(), { error }).superRefine((given, { addIssue }) => {
    const bytes = bytesOf(given);
    if (bytes > mostBytes) addIssue({ code: "custom", message: error, params: { is: `${bytes} bytes long` } });
  });
}

/** Infinity for what is nested deeper than the stack. */
function bytesOf(given: object): number {
  try {
    return Buffer.byteLength(JSON.stringify(given));
  } catch (error) {
    if (error instanceof RangeError) return Number.POSITIVE_INFINITY;
    throw error;
  }
}
