/**
 * Jupyter's messages as frames, version 5.3 of its protocol.
 *
 * https://jupyter-client.readthedocs.io/en/stable/messaging.html#the-wire-protocol
 */
import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";

export interface Header {
  readonly msg_id: string;
  readonly msg_type: string;
}

/** A message as it came. */
export interface Message {
  /** Who sent it: the frames an answer begins with. */
  readonly identities: readonly Buffer[];
  readonly header: Header;
  readonly content: Readonly<Record<string, unknown>>;
}

/** What is to be sent. */
export interface Outgoing {
  /** First frames: who gets it, or the topic of what is published. */
  readonly to: readonly (Buffer | string)[];
  readonly type: string;
  /** The header of what it answers; none for what answers nothing. */
  readonly parent: Header | undefined;
  readonly content: object;
}

export const protocolVersion = "5.3";
const delimiter = Buffer.from("<IDS|MSG>");

export class Messages {
  readonly #key: string;
  readonly #hash: string;
  readonly #session = randomUUID();

  constructor({ key, hash }: { readonly key: string; readonly hash: string }) {
    this.#key = key;
    this.#hash = hash;
  }

  /** Undefined for what is malformed, or signed with another key: such a message is dropped. */
  decode(frames: readonly Buffer[]): Message | undefined {
    const at = frames.findIndex((frame) => frame.equals(delimiter));
    const [signature, ...parts] = frames.slice(at + 1);
    if (at < 0 || signature === undefined || parts.length < 4) return undefined;
    if (!this.#isSignedBy(signature, parts)) return undefined;
    const [header, , , content] = parts.slice(0, 4).map(parseObject);
    if (typeof header?.msg_id !== "string" || typeof header.msg_type !== "string" || content === undefined)
      return undefined;
    return { identities: frames.slice(0, at), header: header as unknown as Header, content };
  }

  encode({ to, type, parent, content }: Outgoing): (Buffer | string)[] {
    const header = {
      msg_id: randomUUID(),
      msg_type: type,
      session: this.#session,
      username: "kernel",
      date: new Date().toISOString(),
      version: protocolVersion,
    };
    const parts = [header, parent ?? {}, {}, content].map((part) => JSON.stringify(part));
    return [...to, delimiter, this.#sign(parts), ...parts];
  }

  #sign(parts: readonly (Buffer | string)[]): string {
    if (this.#key === "") return "";
    const hmac = createHmac(this.#hash, this.#key);
    for (const part of parts) hmac.update(part);
    return hmac.digest("hex");
  }

  #isSignedBy(signature: Buffer, parts: readonly Buffer[]): boolean {
    const right = Buffer.from(this.#sign(parts));
    return this.#key === "" || (signature.length === right.length && timingSafeEqual(signature, right));
  }
}

function parseObject(frame: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(frame.toString());
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
