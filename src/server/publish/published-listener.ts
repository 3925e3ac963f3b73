/** The listener that a tunnel leads to. */
export interface PublishedListener {
  /** "unix:/path" or "http://127.0.0.1:PORT". */
  readonly target: string;
  /** What went through since it was opened. */
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
