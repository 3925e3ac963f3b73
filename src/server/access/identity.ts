/** Who sent a request, and what they may do. */

/** `infer` makes text and looks around, `manage` loads and unloads models, `owner` sees and ends everything. */
export type Scope = "infer" | "manage" | "owner";

export interface Identity {
  /** Name of the key: "owner", "api-key", or "local" where no key is needed. */
  readonly name: string;
  readonly scopes: ReadonlySet<Scope>;
  readonly isOwner: boolean;
}
