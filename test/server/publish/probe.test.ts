import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect } from "chai";
import { openProbe, sendProbe } from "../../../src/server/publish/probe.js";
import { rejection } from "../../support/rejection.js";

describe("a probe", () => {
  let server: Server;
  let url: string;
  let serve: RequestListener;

  beforeEach(async () => {
    server = createServer((request, response) => serve(request, response));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const probe = { method: "GET", path: "/" };

  it("ends at its limit when no head comes, whatever is collected meanwhile", async () => {
    serve = () => {};
    const collected = setInterval(() => globalThis.gc?.(), 10);
    const error = await rejection(openProbe(url, probe, new AbortController().signal, 200));
    clearInterval(collected);
    expect(error).to.include({ name: "TimeoutError", message: "The answer took longer than 0.2 s." });
  });

  it("ends at its limit when the rest of an answer does not come", async () => {
    serve = (_, response) => void response.write("half");
    const answer = await openProbe(url, probe, new AbortController().signal, 200);
    const error = await rejection(answer.toArray());
    expect(error).to.have.property("code", "ECONNRESET");
  });

  it("ends with its signal", async () => {
    serve = () => {};
    const leaving = new AbortController();
    const answer = sendProbe(url, probe, leaving.signal);
    leaving.abort();
    expect(await rejection(answer)).to.have.property("name", "AbortError");
  });

  it("leaves no timer when the answer was whole", async () => {
    serve = (_, response) => void response.end("whole");
    const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
    // mocha sets a timer of its own once the test has given its promise
    await nextTurn();
    const before = timers();
    const { status, text } = await sendProbe(url, probe, new AbortController().signal);
    expect([status, text]).to.deep.equal([200, "whole"]);
    server.close().closeAllConnections();
    await once(server, "close");
    // a look from a timer would count itself
    for (let turn = 0; timers() > before && turn < 1000; turn++) await nextTurn();
    expect(timers()).to.equal(before);
  });
});
