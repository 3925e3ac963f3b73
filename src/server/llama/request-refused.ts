import type { Failed } from "../engine/local/messages.js";

/** Why a request cannot run; its code and message reach the client. */
export class RequestRefused extends Error {
  override readonly name = "RequestRefused";
  readonly code: Failed["code"];

  readonly param: string | undefined;

  /** `param` is what of the request is to blame: "text" for a text that is measured. */
  constructor(code: Failed["code"], message: string, param?: string) {
    super(message);
    this.code = code;
    this.param = param;
  }
}
