import { EventEmitter, once } from "node:events";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { expect } from "chai";
import { ConnectionPool } from "../../../src/server/http/connection-pool.js";

/** A socket as far as the pool looks at it: an address, and an end. */
class Peer extends EventEmitter {
  destroyed = false;
  readonly remoteAddress: string | undefined;

  constructor(remoteAddress: string | undefined) {
    super();
    this.remoteAddress = remoteAddress;
  }

  /** As a real one: it is destroyed at once and says so later. */
  destroy(): void {
    this.destroyed = true;
    setImmediate(() => this.emit("close"));
  }
}

const whole = { complete: true } as IncomingMessage;
const half = { complete: false } as IncomingMessage;

describe("ConnectionPool", () => {
  let pool: ConnectionPool;
  beforeEach(() => {
    pool = new ConnectionPool({ most: 4, mostOfOneAddress: 2 });
  });
  const open = (address: string | undefined = "127.0.0.1"): Peer & Socket => {
    const peer = new Peer(address) as unknown as Peer & Socket;
    pool.open(peer);
    return peer;
  };
  const alive = (peers: readonly Peer[]): boolean[] => peers.map(({ destroyed }) => !destroyed);

  it("keeps everybody while there is room", () => {
    expect(alive([open(), open(), open(), open()])).to.deep.equal([true, true, true, true]);
    expect(pool.size).to.equal(4);
  });

  it("closes who is idle longest for who comes", () => {
    const peers = [open(), open(), open(), open()];
    pool.begin(peers[0] as Socket, whole);
    pool.begin(peers[1] as Socket, whole);
    // this one was served last, so it is idle for less long than the two that never asked
    pool.rest(peers[1] as Socket);
    peers.push(open(), open());
    expect(alive(peers)).to.deep.equal([true, true, false, false, true, true]);
    expect(pool.size).to.equal(4);
  });

  it("closes who has not sent the whole request where nobody is idle", () => {
    const peers = [open(), open(), open(), open()];
    for (const [index, peer] of peers.entries()) pool.begin(peer, index === 2 ? half : whole);
    peers.push(open());
    expect(alive(peers)).to.deep.equal([true, true, false, true, true]);
  });

  it("closes who comes where all are served", () => {
    const peers = [open(), open(), open(), open()];
    for (const peer of peers) pool.begin(peer, whole);
    expect(alive([...peers, open()])).to.deep.equal([true, true, true, true, false]);
  });

  it("gives an address of another machine its share and takes nothing from others", () => {
    const own = open();
    const theirs = [open("192.0.2.1"), open("192.0.2.1"), open("192.0.2.1")];
    expect(alive([own, ...theirs])).to.deep.equal([true, false, true, true]);
  });

  for (const address of [undefined, "::1", "127.0.0.1", "::ffff:127.0.0.1"]) {
    it(`gives no share to ${address ?? "a socket file"}, where everybody is`, () => {
      expect(alive([open(address), open(address), open(address)])).to.deep.equal([true, true, true]);
    });
  }

  it("forgets who has gone", async () => {
    for (let count = 0; count < 10; count += 1) {
      const peer = open("192.0.2.1");
      peer.destroy();
      await once(peer, "close");
    }
    expect(pool.size).to.equal(0);
    expect(alive([open("192.0.2.1"), open("192.0.2.1")])).to.deep.equal([true, true]);
  });
});
