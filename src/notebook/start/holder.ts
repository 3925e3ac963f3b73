/**
 * Holds a server through one open connection for as long as this process lives.
 *
 * The connection keeps neither the process nor a cell waiting; when the kernel dies, in whatever way, it closes and
 * the server begins to linger.
 */
import { type ClientRequest, request } from "node:http";
import { LabRequestError } from "../client/request-error.js";

export interface Holder {
  /** Resolves when the server let go: it ended, or stopped answering. */
  readonly lost: Promise<void>;
  /** Lets go of the server. */
  release(): void;
}

/** Resolves once the server knows that it is held. Rejects when it does not answer as it should. */
export function holdServer(url: string, ownerKey: string): Promise<Holder> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${ownerKey}`, accept: "text/event-stream" };
    const attach: ClientRequest = request(`${url}/attach`, { headers, agent: false }, (response) => {
      if (response.statusCode !== 200) {
        response.destroy();
        reject(
          new LabRequestError("not_a_lab", `The lab at ${url} cannot be held: it answered ${response.statusCode}.`),
        );
        return;
      }
      const lost = new Promise<void>((resolveLost) => response.once("close", () => resolveLost()));
      // held: from now on the connection keeps no process alive
      response.socket.unref();
      // reading is what notices the end
      response.resume();
      response.on("error", () => {});
      resolve({ lost, release: () => attach.destroy() });
    });
    attach.on("error", (error) =>
      reject(new LabRequestError("connection_failed", `The lab at ${url} does not answer: ${error.message}.`)),
    );
    attach.end();
  });
}
