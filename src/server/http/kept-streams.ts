/** The streams that may be read again after their connection was lost, of every listener together. */
import type { Identity } from "../access/identity.js";
import { LabError } from "../errors.js";
import type { StreamList } from "../wire/streams.js";
import { KeptStream, type StreamTerms } from "./kept-stream.js";

/** Streams of one key that are kept: memory, and work that nobody may want any more. */
const mostOfKey = 2;
/** Bytes of events that are kept of each. */
const mostBytes = 1024 * 1024;

type Owner = Pick<Identity, "id" | "key">;

export class KeptStreams {
  readonly #streams = new Map<KeptStream, Owner>();
  #isClosed = false;

  /**
   * A new stream of this key; undefined where the key has two that run already: then the answer is a stream as any. One
   * that has ended gives way.
   */
  begin(owner: Owner, terms: Omit<StreamTerms, "keyId" | "mostBytes">): KeptStream | undefined {
    const own = this.#of(owner.id);
    if (this.#isClosed || own.filter(({ isRunning }) => isRunning).length >= mostOfKey) return undefined;
    for (const ended of own.filter(({ isRunning }) => !isRunning).slice(0, own.length - mostOfKey + 1)) ended.giveUp();
    const stream = new KeptStream({ ...terms, keyId: owner.id, mostBytes }, (one) => this.#streams.delete(one));
    this.#streams.set(stream, owner);
    return stream;
  }

  /** The key's own, oldest first. */
  list({ id }: Pick<Owner, "id">): StreamList {
    return { streams: this.#of(id).map((stream) => stream.entry()) };
  }

  /** Refuses with `stream_not_found`, in the same words whoever's it is. */
  find(streamId: string, { id }: Pick<Owner, "id">): KeptStream {
    const stream = this.#of(id).find((one) => one.id === streamId);
    if (stream !== undefined) return stream;
    throw new LabError(
      "stream_not_found",
      "No stream of this key with this id is kept. GET /v1/streams lists the ones that are; send the request again.",
    );
  }

  /** What a pass goes by opens nothing any more: its streams are gone. Who reads one reads why. */
  forget(key: string): void {
    for (const [stream, owner] of this.#streams) {
      if (owner.key !== key) continue;
      stream.close();
      this.#streams.delete(stream);
    }
  }

  /** Nothing goes on without a reader from now on. */
  close(): void {
    this.#isClosed = true;
    for (const stream of [...this.#streams.keys()]) stream.close();
  }

  #of(keyId: string): KeptStream[] {
    return [...this.#streams.keys()].filter(({ terms }) => terms.keyId === keyId);
  }
}
