/** The listener that a tunnel leads to. */
export interface PublishedListener {
  /** "unix:/path" or "http://127.0.0.1:PORT". */
  readonly target: string;
  /** Headers by which it knows the lab's own calls through the public address; no visitor knows them. */
  readonly ownHeaders: Readonly<Record<string, string>>;
  /** What went through since it was opened, without the lab's own calls. */
  traffic(): { readonly requests: number; readonly bytesSent: number };
  /** Resolves when no request is being served. */
  idle(): Promise<void>;
  /** Resolves when the target still leads here; rejects when its socket was removed or replaced. */
  look(): Promise<void>;
  /** Listens at a new target, beside the old one, and gives it. */
  renew(): Promise<string>;
  /** Cuts what is still open. */
  close(): Promise<void>;
}
