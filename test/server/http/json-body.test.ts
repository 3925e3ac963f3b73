import { expect } from "chai";
import { type Door, openDoor } from "../../support/http-client.js";

const mebibyte = 1024 * 1024;
const head = (...lines: string[]): string =>
  ["POST /generate HTTP/1.1", "Host: localhost", "Content-Type: application/json", ...lines, "", ""].join("\r\n");

describe("the body of a request", () => {
  let door: Door;
  before(async () => {
    door = await openDoor({ timings: { drainMs: 300 } });
  });
  after(() => door.close());
  afterEach(async () => expect((await door.send("GET", "/health")).status).to.equal(200));

  for (const type of [
    "application/json",
    "application/json; charset=utf-8",
    "Application/JSON;charset=UTF-8",
    'application/json; charset="utf-8"',
    "application/json;",
    "application/json ; ; charset=utf-8;",
    "application/json; version=1",
    'application/json; profile="a;b\\"c"; charset=UTF8',
  ]) {
    it(`is taken as ${type}`, async () => {
      expect(
        (await door.send("POST", "/generate", { body: '{"prompt":"x"}', headers: { "Content-Type": type } })).status,
      ).to.equal(200);
    });
  }

  for (const type of [
    "text/plain",
    "text/plain; application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "application/json; charset=latin1",
    "application/jsonp",
    "application/json, text/plain",
    "application/json charset=utf-8",
    "application/json; charset=utf-8; charset=latin1",
    "application/json; charset",
    'application/json; a="b',
    "",
  ]) {
    it(`is refused as "${type}" with 415`, async () => {
      const { status, json } = await door.send("POST", "/generate", {
        body: '{"prompt":"x"}',
        headers: { "Content-Type": type },
      });
      expect([status, json.error.code]).to.deep.equal([415, "unsupported_media_type"]);
    });
  }

  it("is refused compressed, and taken as identity", async () => {
    for (const [encoding, expected] of [
      ["gzip", 415],
      ["br", 415],
      ["gzip, identity", 415],
      ["identity", 200],
    ] as const) {
      const headers = { "Content-Type": "application/json", "Content-Encoding": encoding };
      expect((await door.send("POST", "/generate", { body: '{"prompt":"x"}', headers })).status).to.equal(expected);
    }
  });

  it("may be missing where none is needed, with and without a content type", async () => {
    const sets: Record<string, string>[] = [
      {},
      { "Content-Type": "application/json" },
      { "Content-Type": "application/json", "Content-Length": "0" },
    ];
    for (const headers of sets) {
      const reply = await door.send("POST", "/models/unload", { headers });
      expect([reply.status, reply.json.status]).to.deep.equal([200, "Model unloaded successfully"]);
    }
  });

  it("is asked for where it is missing", async () => {
    const { status, json } = await door.send("POST", "/generate", { headers: { "Content-Type": "application/json" } });
    expect([status, json.error.code]).to.deep.equal([400, "invalid_request"]);
  });

  for (const [what, body] of [
    ["half a body", '{"prompt": "x"'],
    ["NaN", '{"prompt": "x", "temperature": NaN}'],
    ["two bodies", "{}{}"],
    ["no JSON", "hello"],
    ["bytes that are not UTF-8", Buffer.from([0x22, 0xff, 0xfe, 0x22])],
    ["a list", "[]"],
    ["a text", '"x"'],
    ["null", "null"],
  ] as const) {
    it(`is refused with 400 when it is ${what}`, async () => {
      const { status, json } = await door.send("POST", "/generate", {
        body,
        headers: { "Content-Type": "application/json" },
      });
      expect([status, json.error.code]).to.deep.equal([400, "invalid_request"]);
    });
  }

  for (const [what, body, status] of [
    ["lists in lists", "[".repeat(500_000), 400],
    ["a field nested 100000 deep", `{"prompt":"x","a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`, 200],
    ["a known field nested deep", `{"prompt":${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}}`, 400],
    ["100000 fields", `{"prompt":"x",${Array.from({ length: 60_000 }, (_, index) => `"f${index}":1`).join(",")}}`, 200],
    ["a prototype", '{"prompt":"x","__proto__":{"prompt":"y"},"prompt":"z"}', 200],
    ["1e400", '{"prompt":"x","temperature":1e400}', 400],
  ] as const) {
    it(`does no harm as ${what}`, async () => {
      const reply = await door.send("POST", "/generate", { body, headers: { "Content-Type": "application/json" } });
      expect(reply.status).to.equal(status);
      expect(reply.text.length).to.be.below(2000);
    });
  }

  it("may be 1 MiB and not a byte more", async () => {
    const padded = (bytes: number): string => `{"prompt":"x"}${" ".repeat(bytes - 14)}`;
    const headers = { "Content-Type": "application/json" };
    expect((await door.send("POST", "/generate", { body: padded(mebibyte), headers })).status).to.equal(200);
    const { status, json } = await door.send("POST", "/generate", { body: padded(mebibyte + 1), headers });
    expect([status, json.error.code]).to.deep.equal([413, "body_too_large"]);
  });

  it("may be 64 KiB where nothing counts how often one asks", async () => {
    const padded = (bytes: number): string => `{"model_id":"x"}${" ".repeat(bytes - 16)}`;
    const headers = { "Content-Type": "application/json" };
    const send = (bytes: number): ReturnType<Door["send"]> =>
      door.send("POST", "/models/unload", { body: padded(bytes), headers });
    expect((await send(mebibyte / 16)).status).to.not.equal(413);
    const { status, json } = await send(mebibyte / 16 + 1);
    expect([status, json.error.code]).to.deep.equal([413, "body_too_large"]);
  });

  it("is refused by its announced length, before any of it comes", async () => {
    const reply = await door.raw(head(`Content-Length: ${100 * mebibyte}`));
    expect(reply).to.match(/^HTTP\/1\.1 413 /);
    expect(reply).to.match(/\r\nConnection: close\r\n/i);
  });

  it("is not even asked for when the client waits to be asked", async () => {
    expect(await door.raw(head(`Content-Length: ${100 * mebibyte}`, "Expect: 100-continue"))).to.match(
      /^HTTP\/1\.1 413 /,
    );
    const asked = await door.raw(
      `${head("Content-Length: 14", "Expect: 100-continue", "Connection: close")}{"prompt":"x"}`,
    );
    expect(asked).to.match(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /);
  });

  for (const [what, line] of [
    ["announced", `Content-Length: ${100 * mebibyte}`],
    ["in chunks, without a length", "Transfer-Encoding: chunked"],
  ] as const) {
    it(`of 100 MiB ${what}, gets its 413 to a client that only writes, and is not read to the end`, async () => {
      const socket = door.connect();
      const chunk =
        what === "announced"
          ? Buffer.alloc(mebibyte, 32)
          : Buffer.concat([
              Buffer.from(`${mebibyte.toString(16)}\r\n`),
              Buffer.alloc(mebibyte, 32),
              Buffer.from("\r\n"),
            ]);
      let text = "";
      let cut = false;
      socket.on("data", (data) => {
        text += data.toString();
      });
      const closed = new Promise<void>((resolve) =>
        socket.on("close", () => {
          cut = true;
          resolve();
        }),
      );
      socket.write(head(line));
      for (let sent = 0; sent < 100 && !cut; sent += 1) {
        if (!socket.write(chunk)) await Promise.race([closed, new Promise((resolve) => socket.once("drain", resolve))]);
      }
      await closed;
      expect(text).to.match(/^HTTP\/1\.1 413 /);
      expect(text).to.contain('"code":"body_too_large"');
      expect(socket.bytesWritten).to.be.below(60 * mebibyte);
    });
  }

  it("of a refused request is thrown away, so that the refusal arrives", async () => {
    const body = Buffer.alloc(8 * mebibyte, 32);
    const { status, headers } = await door.send("POST", "/nothing", {
      body,
      headers: { "Content-Type": "application/json" },
    });
    expect([status, headers.connection]).to.deep.equal([404, "close"]);
  });

  it("that ends early leaves nothing behind", async () => {
    const before = door.models.requests.length;
    const socket = door.connect();
    socket.write(`${head("Content-Length: 100")}{"prompt"`);
    const closed = new Promise<void>((resolve) => socket.on("close", () => resolve()));
    socket.destroy();
    await closed;
    expect(door.models.requests.length).to.equal(before);
  });
});
