/** Clients that close their sending side: with the request and wait, or because they leave. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { expect } from "chai";

import type { Generation } from "../../../src/server/engine/generation.js";
import { configureServer } from "../../../src/server/http/configure-server.js";
import { answerWith, FakeModels } from "../../support/fake-models.js";

import { type Door, openDoor } from "../../support/http-client.js";

const body = JSON.stringify({ prompt: "x" });
const request = (line: string, text = "", version = "1.1"): string =>
  `${line} HTTP/${version}\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${text.length}\r\n\r\n${text}`;

describe("a client that closes its sending side", () => {
  let door: Door;
  const generations: Generation[] = [];
  beforeEach(async () => {
    generations.length = 0;
    door = await openDoor({ models: new FakeModels((generation) => void generations.push(generation)) });
  });
  afterEach(() => door.close());

  /** Sends all and closes the sending side at once; resolves to the whole reply. */
  async function halfClosed(bytes: string): Promise<string> {
    const socket = door.connect();
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
    });
    socket.end(bytes);
    await once(socket, "close");
    return text;
  }
  const answerLater = async (ms: number): Promise<void> => {
    await door.models.until(() => generations.length === 1);
    await new Promise((resolve) => setTimeout(resolve, ms));
    const [generation] = generations;
    if (generation !== undefined) answerWith(["sea"])(generation, generation.request, 0);
  };

  it("with the request gets its answer, however late that is, behind interim replies", async () => {
    const [text] = await Promise.all([halfClosed(request("POST /generate", body)), answerLater(100)]);
    const last = text.slice(text.lastIndexOf("HTTP/1.1"));
    expect(last).to.match(/^HTTP\/1\.1 200 /);
    expect(last).to.contain('"response":"sea"');
    expect(text.slice(0, -last.length)).to.match(/^(HTTP\/1\.1 102 Processing\r\n\r\n)+$/);
  });

  it("is never sent an interim reply where HTTP/1.0 knows none", async () => {
    const [text] = await Promise.all([halfClosed(request("POST /generate", body, "1.0")), answerLater(100)]);
    expect(text).to.match(/^HTTP\/1\.1 200 [\s\S]*"response":"sea"/);
  });

  it("with two requests in one packet gets both answers", async () => {
    const text = await halfClosed(request("GET /health").repeat(2));
    expect(text.match(/HTTP\/1\.1 200 /g)).to.have.length(2);
  });

  for (const [what, payload] of [
    ["an answer in one piece", { prompt: "x" }],
    ["a stream", { prompt: "x", stream: true }],
  ] as const) {
    for (const [when, waitMs] of [
      ["in the moment of its request", 0],
      ["later", 50],
    ] as const) {
      it(`because it leaves ${when} frees the slot that makes it ${what}`, async () => {
        const socket = door.connect();
        // the second request of a connection, which is kept open between the two
        socket.write(request("GET /health"));
        await once(socket, "data");
        socket.write(request("POST /generate", JSON.stringify(payload)));
        await door.models.until(() => generations.length === 1);
        await new Promise((resolve) => setTimeout(resolve, waitMs));
        socket.destroy();
        await door.models.until(() => door.models.requests[0]?.cancelled === true);
      });
    }
  }
});

describe("a client that leaves some time after its request", () => {
  let server: Server;
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });

  for (const before of [0, 1]) {
    it(`is noticed at once, behind ${before} earlier requests`, async () => {
      server = createServer((request, response) => void (request.url === "/held" || response.end("done")));
      // so long that no look is what notices
      configureServer(server, { probeMs: 60_000 });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const closed = once(server, "connection").then(([socket]) => once(socket as Socket, "close"));
      const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
      for (let sent = 0; sent < before; sent += 1) {
        client.write(request("GET /"));
        await once(client, "data");
      }
      const began = once(server, "request");
      client.write(request("GET /held"));
      await began;
      await new Promise((resolve) => setTimeout(resolve, 100));
      client.destroy();
      await closed;
    });
  }
});
