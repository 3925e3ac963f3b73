/** The listener that a tunnel leads to. */
export interface PublishedDoor {
  /** "unix:/path" or "http://127.0.0.1:PORT". */
  readonly target: string;
  /** What went through since it was opened. */
  traffic(): { readonly requests: number; readonly bytesSent: number };
  /** Resolves when no request is being served. */
  idle(): Promise<void>;
  /** Cuts what is still open. */
  close(): Promise<void>;
}
