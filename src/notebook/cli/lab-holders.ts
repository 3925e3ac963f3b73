/** How many notebooks hold a lab. */
import { request } from "node:http";
import type { AttachEvent } from "../../server/wire/lab.js";
import { jsonOrUndefined } from "../failures.js";

/** Milliseconds the server gets to answer. */
const patienceMs = 2000;

/** The notebooks that hold the server now; null when it does not say. The server is held itself for that moment. */
export function countHolders(url: string, ownerKey: string): Promise<number | null> {
  const headers = { authorization: `Bearer ${ownerKey}`, accept: "text/event-stream" };
  return new Promise((resolve) => {
    const end = (holders: number | null): void => {
      resolve(holders);
      attach.destroy();
    };
    const attach = request(`${url}/attach`, { headers, agent: false, timeout: patienceMs }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (piece: string) => {
        text += piece;
        const event = jsonOrUndefined(/^data: (.*)\n/m.exec(text)?.[1] ?? "") as Partial<AttachEvent> | undefined;
        if (typeof event?.holders === "number") end(Math.max(0, event.holders - 1));
      });
      response.on("error", () => end(null));
      response.on("end", () => end(null));
    });
    attach.on("timeout", () => end(null));
    attach.on("error", () => end(null));
    attach.end();
  });
}
