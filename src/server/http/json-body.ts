/** The JSON body of a request: only JSON, only uncompressed, at most 1 MiB, or 64 KiB where nothing counts requests. */
import getRawBody from "raw-body";
import { LabError } from "../errors.js";
import type { LabContext } from "./route.js";

/** Bytes a body may have. */
export const bodyLimit = 1024 * 1024;
/** Bytes of a body on a route that anybody may ask as often as he likes: thousands of halves are held at once. */
export const smallBodyLimit = 64 * 1024;

/**
 * The parsed body; undefined when the request has none. It may have `limitBytes`.
 *
 * Refuses with `unsupported_media_type`, `body_too_large` (at the first byte too many), or `invalid_request`.
 */
export async function readJsonBody(ctx: LabContext, limitBytes: number = bodyLimit): Promise<unknown> {
  const { headers } = ctx.req;
  const length = headers["content-length"];
  if (headers["transfer-encoding"] === undefined && (length === undefined || Number(length) === 0)) return undefined;
  checkMediaType(headers["content-type"], headers["content-encoding"]);
  const bytes = await readBytes(ctx, length, limitBytes);
  return bytes.length === 0 ? undefined : parseJson(bytes);
}

/** RFC 9110, 5.6.6: parameters may be empty; unknown names are ignored. JSON is UTF-8 and nothing else. */
const parameter = /^\s*(?:([!#$%&'*+.^_`|~\w-]+)=(?:([!#$%&'*+.^_`|~\w-]+)|"((?:[^"\\]|\\.)*)"))?\s*$/;

function isJson(mediaType: string): boolean {
  // a semicolon within quotes parts nothing
  const [type = "", ...parameters] = mediaType.match(/(?:"(?:[^"\\]|\\.)*"|[^;"])*(?:;|$)/g) ?? [];
  if (!/^\s*application\/json\s*;?$/i.test(type)) return false;
  return parameters.every((text) => {
    const match = parameter.exec(text.replace(/;$/, ""));
    const [, name = "", token, quoted] = match ?? [];
    return match !== null && (name.toLowerCase() !== "charset" || /^utf-?8$/i.test(token ?? quoted ?? ""));
  });
}

function checkMediaType(type: string | undefined, encoding: string | undefined): void {
  if (!isJson(type ?? "")) {
    throw new LabError(
      "unsupported_media_type",
      `Content-Type is ${type === undefined ? "missing" : `"${type.slice(0, 80)}"`}. It must be application/json, in UTF-8.`,
    );
  }
  if (encoding !== undefined && encoding.trim().toLowerCase() !== "identity") {
    throw new LabError(
      "unsupported_media_type",
      `Content-Encoding is "${encoding.slice(0, 80)}". Send the body uncompressed.`,
    );
  }
}

async function readBytes(ctx: LabContext, length: string | undefined, limit: number): Promise<Buffer> {
  try {
    return await getRawBody(ctx.req, { limit, length });
  } catch (error) {
    if ((error as { type?: string }).type !== "entity.too.large") throw error;
    throw new LabError("body_too_large", `The body is larger than ${limit} bytes. Send less, or in several requests.`);
  }
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    const reason = cause instanceof SyntaxError ? cause.message.slice(0, 160) : "it is not UTF-8";
    throw new LabError("invalid_request", `The body is not valid JSON: ${reason}.`, { cause });
  }
}
