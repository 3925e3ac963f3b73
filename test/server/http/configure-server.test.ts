/** Clients that are slow, broken or greedy. */
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { expect } from "chai";
import { configureServer, type ServerLimits } from "../../../src/server/http/configure-server.js";

describe("configureServer", () => {
  let server: Server;
  let sockets: Socket[];
  /** Starts a server; `change` comes after `configureServer` and shortens what a test cannot wait for. */
  const listen = async (change: (server: Server) => void = () => {}, limits: ServerLimits = {}): Promise<void> => {
    sockets = [];
    server = createServer((request, response) => {
      request.resume();
      if (request.url === "/held") response.write("held");
      else request.on("end", () => response.end("done"));
      if (request.url === "/half") response.write("half");
    });
    configureServer(server, limits);
    change(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  };
  const open = (): Socket => {
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1").on("error", () => {});
    sockets.push(socket);
    return socket;
  };
  const talk = (bytes: string): Promise<string> =>
    new Promise((resolve) => {
      const socket = open();
      let text = "";
      socket.on("data", (data) => {
        text += data.toString();
      });
      socket.on("close", () => resolve(text));
      socket.write(bytes);
    });
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });

  it("limits how long headers, bodies and idle connections may take, and how many connections there are", async () => {
    await listen();
    const { headersTimeout, requestTimeout, keepAliveTimeout, maxConnections } = server;
    expect([headersTimeout, requestTimeout, keepAliveTimeout]).to.deep.equal([10_000, 30_000, 65_000]);
    expect(maxConnections).to.be.within(100, 10_000);
  });

  for (const [what, bytes] of [
    ["no HTTP at all", "HELLO\r\n\r\n"],
    [
      "a length and chunks at once",
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
    ["two lengths", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"],
    ["a negative length", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"],
    ["a header with a line break", "GET / HTTP/1.1\r\nHost: x\r\nA b: c\r\n\r\n"],
  ] as const) {
    it(`answers ${what} with 400 in JSON`, async () => {
      await listen();
      const text = await talk(bytes);
      expect(text).to.match(/^HTTP\/1\.1 400 Bad Request\r\n/);
      expect(text).to.match(/\r\nX-Request-Id: req_/);
      expect(JSON.parse(text.split("\r\n\r\n")[1] ?? "").error.code).to.equal("invalid_request");
    });
  }

  it("answers headers that are too large with 431", async () => {
    await listen();
    expect(await talk(`GET / HTTP/1.1\r\nHost: x\r\nA: ${"x".repeat(20_000)}\r\n\r\n`)).to.match(/^HTTP\/1\.1 431 /);
  });

  for (const [what, bytes] of [
    ["headers", "GET / HTTP/1.1\r\nHost: x\r\nA:"],
    ["a body", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc"],
  ] as const) {
    it(`answers ${what} that never end with 408`, async () => {
      await listen((configured) => {
        configured.headersTimeout = 50;
        configured.requestTimeout = 60;
        expect(configured).to.have.property("connectionsCheckingInterval", 2_000);
        Object.assign(configured, { connectionsCheckingInterval: 20 });
      });
      expect(await talk(bytes)).to.match(/^HTTP\/1\.1 408 [\s\S]*"code":"invalid_request"/);
    });
  }

  it("writes no refusal into the middle of a reply", async () => {
    await listen();
    const text = await talk("POST /half HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n");
    expect(text).to.not.contain("400 Bad Request");
  });

  it("answers others while many hold a connection and say nothing", async () => {
    await listen();
    const held = Array.from({ length: 200 }, open);
    await Promise.all(held.map((socket) => new Promise<void>((resolve) => socket.once("connect", () => resolve()))));
    const started = performance.now();
    expect(await talk("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")).to.match(/^HTTP\/1\.1 200 /);
    expect(performance.now() - started).to.be.below(1000);
  });

  for (const [what, bytes] of [
    ["have each been served once", "GET / HTTP/1.1\r\nHost: x\r\n\r\n"],
    ["have sent half their headers", "GET / HTTP/1.1\r\nHost: x"],
    ["have sent half their body", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc"],
  ] as const) {
    it(`lets everybody in beside more connections than it holds, which ${what}`, async () => {
      await listen(() => {}, { mostConnections: 200 });
      let came = 0;
      server.on("connection", () => {
        came += 1;
      });
      for (let count = 0; count < 250; count += 1)
        open()
          .on("data", () => {})
          .write(bytes);
      while (came < 250) await new Promise((resolve) => setTimeout(resolve, 5));
      for (let asked = 0; asked < 20; asked += 1) {
        const began = performance.now();
        expect(await talk("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")).to.match(/^HTTP\/1\.1 200 /);
        expect(performance.now() - began).to.be.below(1000);
      }
      expect(
        await new Promise<number>((resolve) => server.getConnections((_error, held) => resolve(held))),
      ).to.be.within(1, 200);
    });
  }

  it("cuts nobody who is served to make room", async () => {
    await listen(() => {}, { mostConnections: 100 });
    const held = open();
    const begun = new Promise<void>((resolve) => held.once("data", () => resolve()));
    held.write("GET /held HTTP/1.1\r\nHost: x\r\n\r\n");
    await begun;
    for (let count = 0; count < 150; count += 1) {
      await talk("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
      open();
    }
    expect(held.destroyed).to.equal(false);
  });
});
