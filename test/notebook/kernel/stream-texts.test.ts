import { setTimeout as pause } from "node:timers/promises";
import { expect } from "chai";
import { type StreamText, StreamTexts } from "../../../src/notebook/kernel/entry/channels/stream-texts.js";

describe("printed text on its way", () => {
  const out = (text: string, name: StreamText["name"] = "stdout", cell = "a"): StreamText => ({ cell, name, text });

  it("goes at once when nothing went before, then together, in order", async () => {
    const sent: StreamText[] = [];
    const texts = new StreamTexts((text) => sent.push(text));
    texts.add(out("1"));
    expect(sent).to.deep.equal([out("1")]);
    for (const text of [out("2"), out("3"), out("!", "stderr"), out("4"), out("5", "stdout", "b")]) texts.add(text);
    expect(sent).to.have.length(1);
    await pause(200);
    expect(sent.slice(1)).to.deep.equal([out("23"), out("!", "stderr"), out("4"), out("5", "stdout", "b")]);
  });

  it("goes when something else is put out after it", () => {
    const sent: StreamText[] = [];
    const texts = new StreamTexts((text) => sent.push(text));
    texts.add(out("1"));
    texts.add(out("2"));
    texts.flush();
    texts.flush();
    expect(sent).to.deep.equal([out("1"), out("2")]);
  });

  it("goes as one text for each stream where two take turns without end", () => {
    const sent: StreamText[] = [];
    const texts = new StreamTexts((text) => sent.push(text));
    texts.add(out("0"));
    for (let turn = 0; turn < 100; turn += 1) texts.add(out(turn % 2 ? "e" : "o", turn % 2 ? "stderr" : "stdout"));
    texts.flush();
    expect(sent).to.deep.equal([out("0"), out("o".repeat(50)), out("e".repeat(50), "stderr")]);
  });
});
