import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { request } from "node:http";
import type { Socket } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { LocalDoor } from "./local-door.js";
import { fetchText, skipWithoutAgent, TunnelBench } from "./tunnel-bench.js";

describe("traffic through the tunnel", function () {
  this.timeout(20_000);
  let bench: TunnelBench;
  let url: string;

  before(async function () {
    skipWithoutAgent(this);
    bench = await TunnelBench.start();
    url = await bench.tunnel().open();
  });
  after(async () => bench?.stop());

  it("carries a request to the local door and the answer back", async () => {
    expect(await fetchText(`${url}/hello`)).to.equal("GET /hello https");
  });

  it("delivers server-sent events in order, each when it is sent", async () => {
    const response = await fetch(`${url}/events`);
    const numbers: number[] = [];
    const sentAt: number[] = [];
    const arrivedAt: number[] = [];
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      for (const [, number, sent] of Buffer.from(chunk)
        .toString()
        .matchAll(/data: (\d+) ([\d.]+)/g)) {
        numbers.push(Number(number));
        sentAt.push(Number(sent));
        arrivedAt.push(performance.timeOrigin + performance.now());
      }
    }
    expect(numbers).to.deep.equal(Array.from({ length: 20 }, (_, index) => index));
    // one is sent every 20 ms: whoever buffers them delivers the first after the last was sent
    for (let index = 0; index < 10; index += 1) expect(arrivedAt[index]).to.be.lessThan(sentAt[index + 10] as number);
  });

  it("ends the request at the local door when the visitor leaves", async () => {
    const leaving = new AbortController();
    const gone = once(bench.door, "gone");
    const response = await fetch(`${url}/held`, { signal: leaving.signal });
    await response.body?.getReader().read();
    leaving.abort();
    expect(await gone).to.deep.equal(["/held"]);
  });

  it("carries a body of 20 MiB unchanged", async () => {
    const body = randomBytes(20 * 1024 * 1024);
    const response = await fetch(`${url}/digest`, { method: "POST", body });
    const expected = createHash("sha256").update(body).digest("hex");
    expect(await response.text()).to.equal(`${body.length} ${expected}`);
  });

  it("carries a WebSocket that the local door takes", async () => {
    const [response, socket] = (await once(upgrade(`${url}/socket`), "upgrade")) as [{ statusCode: number }, Socket];
    expect(response.statusCode).to.equal(101);
    socket.write("ping");
    expect(String((await once(socket, "data"))[0])).to.equal("ping");
    socket.destroy();
  });

  it("hands back the local door's refusal of a WebSocket", async () => {
    const [response] = (await once(upgrade(`${url}/elsewhere`), "response")) as [{ statusCode: number }];
    expect(response.statusCode).to.equal(403);
  });

  it("reaches browsers that skip ngrok's warning page, and not the others", async () => {
    bench.edge.visitors.hasInterstitial = true;
    const headers = { "user-agent": "Mozilla/5.0" };
    const warned = await fetch(`${url}/hello`, { headers });
    const skipped = await fetch(`${url}/hello`, { headers: { ...headers, "ngrok-skip-browser-warning": "1" } });
    bench.edge.visitors.hasInterstitial = false;
    expect(await warned.text()).to.match(/^<!DOCTYPE html>/);
    expect(await skipped.text()).to.equal("GET /hello https");
  });

  it("leads to a unix socket as well", async () => {
    const other = await TunnelBench.start();
    const door = new LocalDoor();
    await door.listen(join(other.folder, "door.sock"));
    const tunnel = other.tunnelTo(door.target);
    expect(await fetchText(`${await tunnel.open()}/hello`)).to.equal("GET /hello https");
    await tunnel.close();
    await door.close();
    await other.stop();
  });
});

function upgrade(url: string): ReturnType<typeof request> {
  const headers = {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-key": randomBytes(16).toString("base64"),
    "sec-websocket-version": "13",
  };
  const sent = request(url, { headers });
  sent.end();
  return sent;
}
