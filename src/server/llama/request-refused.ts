import type { Failed } from "../engine/local/messages.js";

/** Why a request cannot run; its code and message reach the client. */
export class RequestRefused extends Error {
  override readonly name = "RequestRefused";
  readonly code: Failed["code"];

  constructor(code: Failed["code"], message: string) {
    super(message);
    this.code = code;
  }
}
