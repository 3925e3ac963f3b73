import { expect } from "chai";
import { Asks } from "../../../../src/server/engine/local/asks.js";
import type { ToEngine } from "../../../../src/server/engine/local/messages.js";
import { LabError } from "../../../../src/server/errors.js";
import { FakeClock } from "../../../support/fake-clock.js";
import { rejection } from "../../../support/rejection.js";

describe("questions to an engine process", () => {
  let clock: FakeClock;
  let sent: ToEngine[];
  let asks: Asks;
  beforeEach(() => {
    clock = new FakeClock();
    sent = [];
    asks = new Asks((message) => sent.push(message), clock);
  });
  const ask = (token: number): Promise<string> => asks.ask({ kind: "detokenize", tokens: [token] });

  it("get their own answers, in whatever order they come", async () => {
    const [one, two] = [ask(1), ask(2)];
    expect(sent.map((message) => (message.type === "ask" ? message.id : 0))).to.deep.equal([1, 2]);
    asks.answered({ type: "answered", id: 2, answer: "two" });
    asks.answered({ type: "answered", id: 1, answer: "one" });
    asks.answered({ type: "answered", id: 1, answer: "again" });
    expect(await Promise.all([one, two])).to.deep.equal(["one", "two"]);
  });

  it("are refused with what the engine says", async () => {
    const one = ask(1);
    asks.answered({ type: "answered", id: 1, failed: { code: "invalid_request", message: "No such token." } });
    expect(await rejection(one)).to.include({ code: "invalid_request", message: "No such token." });
  });

  it("are refused when the engine says nothing in time", async () => {
    const one = rejection(ask(1));
    await clock.pass(10_000);
    expect(await one).to.include({ code: "engine_restarting", retryAfterSeconds: 1 });
  });

  it("are refused together when the process is gone", async () => {
    const all = [rejection(ask(1)), rejection(ask(2))];
    asks.failAll(new LabError("engine_died", "It died."));
    for (const error of await Promise.all(all)) expect(error).to.include({ code: "engine_died" });
  });
});
