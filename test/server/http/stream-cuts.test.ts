/** Connections cut anywhere, over the real door: every event arrives once. */
import { expect } from "chai";
import { endingOf, FakeModels, type Script } from "../../support/fake-models.js";
import { type Door, openDoor } from "../../support/http-client.js";
import { type NumberedEvent, numberedEvents } from "../../support/numbered-events.js";
import { openStream, readStream } from "../../support/stream-reader.js";

const events = { Accept: "text/event-stream" };
const messages = [{ role: "user", content: "Hi" }];
const forms = [
  { path: "/generate", body: { prompt: "x" }, headers: {} },
  { path: "/generate", body: { prompt: "x" }, headers: events },
  { path: "/chat", body: { messages }, headers: {} },
  { path: "/chat", body: { messages }, headers: events },
  { path: "/v1/chat/completions", body: { messages, model: "fake" }, headers: {} },
  { path: "/v1/completions", body: { prompt: "x", model: "fake" }, headers: {} },
  { path: "/v1/responses", body: { input: "x", model: "fake" }, headers: {} },
  { path: "/v1/messages", body: { messages, model: "fake", max_tokens: 100 }, headers: {} },
] as const;
type Headers = Readonly<Record<string, string>>;

const cutsPerForm = 125;

const pieces = Array.from({ length: 12 }, (_, index) => `é${index} \u{1f600} "x"\n`);

/** The same numbers in every run. */
function dice(): (most: number) => number {
  let state = 12345;
  return (most) => {
    state = (state * 48271) % 2147483647;
    return state % most;
  };
}

/** Answers in pieces; sometimes several are there at once. */
const inPieces =
  (below: (most: number) => number): Script =>
  (generation) => {
    generation.begin({ promptTokens: 7, maxTokens: 8192 });
    let next = 0;
    const step = (): void => {
      for (let count = below(3); count >= 0 && next < pieces.length; count -= 1) {
        next += 1;
        generation.push({ text: pieces[next - 1] as string }, next);
      }
      if (next < pieces.length) setImmediate(step);
      else generation.finish(endingOf(next));
    };
    step();
  };

/** Reads an answer over as many connections as it takes; each is cut after so many bytes as `length` says. */
async function readInParts(port: number, path: string, body: object, headers: Headers, length: () => number) {
  const events: NumberedEvent[] = [];
  let stream = await openStream(port, path, body, headers, length());
  const id = String(stream.headers["x-locallab-stream"]);
  for (let cuts = 0; ; cuts += 1) {
    const ending = await stream.ended();
    events.push(...numberedEvents(stream.text()));
    if (ending === "whole") return { events, cuts };
    const last = events.at(-1)?.id;
    const [query, said] = wayOn(last, cuts);
    stream = await readStream(port, `/v1/streams/${id}${query}`, said, length());
  }
}

/** Both ways to say where to go on, in turns. */
function wayOn(last: number | undefined, turn: number): [query: string, headers: Headers] {
  if (last === undefined) return ["", {}];
  return turn % 2 === 0 ? [`?from=${last + 1}`, {}] : ["", { "Last-Event-ID": String(last) }];
}

/** What the same answer looks like whenever it is made. */
const timeless = (read: readonly NumberedEvent[]): string =>
  read
    .map(({ rest }) => rest)
    .join("")
    .replace(/(?:req|chatcmpl|cmpl|resp|msg)[_-][\w-]+/g, "id")
    .replace(/"(created|created_at|completed_at)":[\d.]+/g, "$1")
    .replace(/"timings":\{[^}]*\}/g, "timings");

describe("a stream whose connection is cut", () => {
  const below = dice();
  let door: Door;
  before(async () => {
    door = await openDoor({ models: new FakeModels(inPieces(below)) });
  });
  after(() => door.close());

  for (const { path, body, headers } of forms) {
    const name = `${path}${headers === events ? " as events" : ""}`;

    it(`loses and doubles nothing in ${cutsPerForm} cuts at random bytes: ${name}`, async function () {
      this.timeout(120_000);
      const asked = { ...body, stream: true, ...(path !== "/v1/messages" && { seed: 3 }) };
      const sent = { ...headers, "X-LocalLab-Resume": "60" };
      const whole = await (await openStream(door.port, path, asked, sent)).end();
      const wanted = numberedEvents(whole);
      expect(wanted.map(({ id }) => id)).to.deep.equal([...wanted.keys()]);
      for (let cuts = 0; cuts < cutsPerForm; ) {
        const got = await readInParts(door.port, path, asked, sent, () => 1 + below(whole.length * 2));
        cuts += got.cuts;
        expect(got.events.map((one) => one.id)).to.deep.equal(wanted.map((one) => one.id));
        expect(timeless(got.events)).to.equal(timeless(wanted));
      }
    });
  }
});
