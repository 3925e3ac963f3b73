/** Why a lab is not published, in words for who asked. */
import { messageOf } from "../async/message-of.js";
import { isShortage } from "../async/shortage.js";
import { LabError } from "../errors.js";
import { TunnelError } from "./tunnel-error.js";

/** Whatever kept the lab from being published, as an error of ours. */
export function publishError(error: unknown): LabError {
  if (error instanceof LabError) return error;
  if (error instanceof TunnelError) return new LabError("publish_failed", error.message, { cause: error });
  const reason = messageOf(error);
  return new LabError("publish_failed", `The lab could not be published: ${reason}. The log says more.`, {
    cause: error,
  });
}

/**
 * Why a file could not be read: `otherwise`, unless the machine has no open files or memory left, for which neither
 * file nor option is to blame.
 */
export function unreadable(cause: unknown, otherwise: LabError): LabError {
  if (!isShortage(cause)) return otherwise;
  const message = `The machine has no open files or memory left (${cause.code}). End something and publish again.`;
  return new LabError("publish_failed", message, { cause });
}

export const wasClosed = (): LabError =>
  new LabError("publish_failed", "The publication was closed before it was online. Publish again.");

export function refuseWithoutAuthtoken(): never {
  throw new LabError(
    "no_authtoken",
    "No ngrok authtoken was found. Copy yours at https://dashboard.ngrok.com/get-started/your-authtoken and store it with: npx --no -- locallab token. Or set NGROK_AUTHTOKEN.",
    { param: "authtoken" },
  );
}
