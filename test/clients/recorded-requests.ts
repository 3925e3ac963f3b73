/** Requests as real clients sent them, recorded, sent again byte by byte but for the key and the model's name. */
import { readFileSync } from "node:fs";
import { expect } from "chai";
import { clientKey, models } from "./client-lab.js";
import type { ClientLabs } from "./client-labs.js";
import { expectStream, expectWhole } from "./reply-shape.js";

interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
}

const recorded = JSON.parse(readFileSync(new URL("recorded-requests.json", import.meta.url), "utf8")) as Readonly<
  Record<string, Recorded>
>;

/** Requests that are refused: what the refusal must name. */
const refused: Readonly<Record<string, { readonly status: number; readonly names: RegExp }>> = {
  "openai-chat-image": { status: 400, names: /image_url/ },
  "openai-chat-max-completion-tokens-all-fields": { status: 400, names: /logit_bias/ },
  "openai-embeddings-float-dimensions": { status: 400, names: /dimensions/ },
  "openai-responses-previous": { status: 400, names: /previous_response_id/ },
};

const modelFor = (path: string): string => (path === "/v1/embeddings" ? models.embeds : models.chat);

/** The tests against this server, which runs by then. */
export function recordedRequests(labs: Pick<ClientLabs, "lab">): void {
  describe("a recorded request", () => {
    const send = async ({ method, path, headers, body }: Recorded, extra: object = {}) => {
      const own: Record<string, string> =
        headers["x-api-key"] === undefined ? { authorization: `Bearer ${clientKey}` } : { "x-api-key": clientKey };
      const reply = await fetch(`${labs.lab.address}${path.replace(/\/m$/, `/${models.chat}`)}`, {
        method,
        headers: { ...headers, ...own, "content-type": "application/json" },
        ...(body && { body: JSON.stringify({ ...body, model: modelFor(path), ...extra }) }),
      });
      return { status: reply.status, headers: reply.headers, text: await reply.text() };
    };

    for (const [name, request] of Object.entries(recorded)) {
      const { path, body } = request;
      it(`${name} gets what its client reads, or is refused by name`, async () => {
        const { status, headers, text } = await send(request);
        expect(headers.get("x-request-id")).to.match(/./);
        const refusal = refused[name];
        if (refusal !== undefined) {
          expect(status, text).to.equal(refusal.status);
          expect(text).to.match(refusal.names);
          return;
        }
        expect(status, text).to.equal(200);
        if (body?.stream === true) expectStream(path, text);
        else if (!path.endsWith("/m")) expectWhole(path, JSON.parse(text));
      });
      if (body === undefined || refused[name] !== undefined) continue;
      it(`${name} is told of a field that nobody knows`, async () => {
        const { status, headers } = await send(request, { no_such_field: true, max_tokens: 16 });
        expect([status, headers.get("x-locallab-warnings")?.includes("no_such_field")]).to.deep.equal([200, true]);
      });
    }
  });
}
