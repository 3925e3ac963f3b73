import { createServer, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { expect } from "chai";
import { configureServer } from "../../../src/server/http/configure-server.js";
import { inTurn } from "../../../src/server/http/in-turn.js";
import { until } from "../../support/until.js";

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
const mebibyte = 1024 * 1024;

describe("inTurn", () => {
  let server: Server;
  let sockets: Socket[];
  let served: number;
  let mostAtOnce: number;
  let answerBytes: number;

  beforeEach(async () => {
    sockets = [];
    served = 0;
    mostAtOnce = 0;
    answerBytes = 10;
    let atOnce = 0;
    server = createServer();
    configureServer(server);
    server.on(
      "request",
      inTurn((request, response) => {
        served += 1;
        atOnce += 1;
        mostAtOnce = Math.max(mostAtOnce, atOnce);
        // before the next one is begun, which happens on the same event
        response.prependOnceListener("close", () => {
          atOnce -= 1;
        });
        const answer = request.url === "/health" ? "ok" : `${request.url} `.padEnd(answerBytes);
        // at once, as most routes do: what ends at once must not keep the process from looking up
        response.end(answer);
      }),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  const open = (): Socket => {
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1").on("error", () => {});
    sockets.push(socket);
    return socket;
  };
  /** Sends and reads until `pattern` was seen; resolves to everything and the milliseconds it took. */
  const ask = (bytes: string, pattern: RegExp): Promise<{ text: string; ms: number }> =>
    new Promise((resolve) => {
      const began = performance.now();
      const socket = open();
      let text = "";
      socket.on("data", (data) => {
        text += data.toString();
        if (!pattern.test(text.slice(-200))) return;
        socket.destroy();
        resolve({ text, ms: performance.now() - began });
      });
      socket.write(bytes);
    });

  it("answers two thousand pipelined requests in their order, two at a time", async () => {
    const paths = Array.from({ length: 2000 }, (_, index) => `/${index}`);
    const { text } = await ask(paths.map(get).join(""), /\/1999 /);
    expect([...text.matchAll(/\r\n\r\n(\/\d+) /g)].map(([, path]) => path)).to.deep.equal(paths);
    expect(mostAtOnce).to.equal(2);
  });

  it("reads a body that comes while another request waits", async () => {
    const post = "POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n";
    const { text } = await ask(`${get("/a").repeat(5)}${post}hello${get("/z")}`, /\/z /);
    expect(text.match(/HTTP\/1\.1 200/g)).to.have.length(7);
  });

  it("serves others at once, in bounded memory, while 20 clients pipeline 6000 requests and read nothing", async function () {
    this.timeout(60_000);
    answerBytes = 100_000;
    const before = process.memoryUsage.rss();
    for (let client = 0; client < 20; client += 1) {
      const socket = open();
      socket.pause();
      socket.write(get("/big").repeat(300));
    }
    const times: number[] = [];
    for (let asked = 0; asked < 30; asked += 1) times.push((await ask(get("/health"), /ok$/)).ms);
    expect(Math.max(...times)).to.be.below(3000);
    // what the sockets' own buffers hold is the system's; 600 MB of answers were asked for
    expect(process.memoryUsage.rss() - before).to.be.below(128 * mebibyte);
    expect(served).to.be.below(3000);
  });

  it("cuts who has most waiting when too many wait, and serves everybody else", async () => {
    const modest = open();
    let text = "";
    modest.on("data", (data) => {
      text += data.toString();
    });
    await new Promise<void>((resolve) => modest.once("connect", resolve));
    let greedy = 0;
    let cut = 0;
    server.on("connection", (socket) => {
      if (greedy === 8) return;
      greedy += 1;
      socket.once("close", () => {
        cut += 1;
      });
    });
    answerBytes = 100_000;
    for (let client = 0; client < 8; client += 1) {
      const socket = open();
      socket.pause();
      socket.write(get("/").repeat(600 + client));
    }
    await until(() => greedy === 8);
    modest.write(get("/health").repeat(20));
    for (const end = performance.now() + 20_000; cut < 4 && performance.now() < end; ) {
      expect((await ask(get("/health"), /ok$/)).text).to.match(/^HTTP\/1\.1 200 /);
    }
    await until(() => text.match(/ok/g)?.length === 20, 20_000);
    expect(cut).to.be.within(4, 7);
    expect(modest.destroyed).to.equal(false);
  });

  it("serves nothing of what a client that left had waiting", async () => {
    const socket = open();
    const closed = new Promise<void>((resolve) => server.once("connection", (one) => one.once("close", resolve)));
    socket.write(get("/").repeat(1000), () => socket.destroy());
    await closed;
    const servedThen = served;
    await ask(get("/health"), /ok$/);
    expect(served).to.be.within(servedThen + 1, servedThen + 3);
  });
});
