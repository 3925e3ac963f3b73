import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { isStranger, notePresence } from "../../../src/server/lifetime/presence.js";
import { send } from "../../support/http-client.js";

describe("the owner's presence", () => {
  let server: Server;
  let seen: string[];
  beforeEach(async () => {
    seen = [];
    const lifetime = {
      work: () => {
        seen.push("begins");
        return (counted: boolean) => void seen.push(counted ? "counts" : "does not count");
      },
    };
    const access = {
      identify: (headers: Record<string, unknown>) => {
        if (headers.authorization === undefined) throw new Error("no key");
        return { id: String(headers.authorization) };
      },
    };
    const listener = notePresence(
      (request, response) => void response.writeHead(request.url === "/no" ? 400 : 200).end("x"),
      lifetime,
      access,
    );
    server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterEach(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });

  for (const [what, method, path, id, noted] of [
    ["a request of the owner", "POST", "/", "owner", ["begins", "counts"]],
    ["one with the lab's key", "DELETE", "/", "api-key", ["begins", "counts"]],
    ["one that was refused", "POST", "/no", "local", ["begins", "does not count"]],
    ["reading, as supervisors do", "GET", "/", "owner", []],
    ["a guest's request", "POST", "/", "pass_x", []],
    ["a request of nobody", "POST", "/", undefined, []],
  ] as const) {
    it(`${what}: ${noted.length === 0 ? "is none" : noted.join(", then ")}`, async () => {
      await send((server.address() as AddressInfo).port, method, path, id ? { headers: { authorization: id } } : {});
      const until = performance.now() + 5000;
      while (seen.length < noted.length && performance.now() < until) await new Promise((done) => setTimeout(done, 5));
      expect(seen).to.deep.equal(noted);
    });
  }

  it("strangers are those whose key was given away", () => {
    const strangers = ["owner", "api-key", "local", "pass_1", "publication"].filter((id) => isStranger({ id }));
    expect(strangers).to.deep.equal(["pass_1", "publication"]);
    expect([null, undefined].map(isStranger)).to.deep.equal([false, false]);
  });
});
