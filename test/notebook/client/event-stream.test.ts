import { expect } from "chai";
import { readEvents, type ServerEvent } from "../../../src/notebook/client/event-stream.js";

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

async function eventsOf(text: string, size = 1): Promise<ServerEvent[]> {
  const events: ServerEvent[] = [];
  for await (const event of readEvents(inPieces(Buffer.from(text, "utf8"), size))) events.push(event);
  return events;
}

const dataOf = async (text: string, size?: number): Promise<string[]> =>
  (await eventsOf(text, size)).map(({ data }) => data);

describe("readEvents", () => {
  it("joins characters that are split between chunks", async () => {
    for (const size of [1, 2, 3, 5, 100]) expect(await dataOf("data: 😀ü\n\n", size)).to.deep.equal(["😀ü"]);
  });

  it("takes every line end, also one that is split between chunks", async () => {
    const text = "data: a\r\n\r\ndata: b\r\rdata: c\n\ndata: d\r\ndata: e\r\n\r\n";
    for (const size of [1, 2, 3, 4, 7, 100]) expect(await dataOf(text, size)).to.deep.equal(["a", "b", "c", "d\ne"]);
  });

  it("joins the lines of an event and drops one blank after the colon", async () => {
    expect(await dataOf("data:a\ndata:  b\ndata\n\n")).to.deep.equal(["a\n b\n"]);
  });

  it("skips comments, unknown fields, the byte order mark and events without data", async () => {
    expect(await dataOf("\ufeff: still working\nid: 4\nfoo\n\nevent: x\n\ndata: a\n\n")).to.deep.equal(["a"]);
  });

  it("gives an event its name, and the next one none", async () => {
    const events = await eventsOf("event: error\ndata: a\n\ndata: b\n\n");
    expect(events.map(({ event }) => event)).to.deep.equal(["error", "message"]);
  });

  it("drops an event that is not finished when the stream ends", async () => {
    expect(await dataOf("data: a\n\ndata: b\n")).to.deep.equal(["a"]);
  });

  it("refuses a line without an end instead of keeping all of it", async () => {
    const chunk = Buffer.alloc(4 * 1024 * 1024, "a");
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      for (;;) yield chunk;
    };
    const read = readEvents(endless()).next();
    const error = await read.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).to.include({ code: "not_a_lab" });
  });
});
