/** A lab whose connection breaks in mid-answer, over the real door. */
import { expect } from "chai";
import type { GenerateOptions } from "../../../src/notebook/lab/ask.js";
import { ConnectedLab } from "../../../src/notebook/lab/connected-lab.js";
import { CuttingProxy } from "../../support/cutting-proxy.js";
import { endingOf, FakeModels, finishWith, type Script } from "../../support/fake-models.js";
import { type Door, openDoor } from "../../support/http-client.js";
import { rejection } from "../../support/rejection.js";

const begun: Script = (generation) => void generation.begin({ promptTokens: 7, maxTokens: 8192 });
const kept: GenerateOptions = { resumeSeconds: 60 };

describe("an answer whose connection breaks", () => {
  let door: Door;
  let proxy: CuttingProxy;
  let lab: ConnectedLab;
  const generation = (at = 0): (typeof door.models.requests)[0]["generation"] => door.models.requests[at]!.generation;
  const streams = async (): Promise<{ id: string; is_read: boolean }[]> =>
    (await door.send("GET", "/v1/streams")).json.streams;
  const unread = async (): Promise<void> => {
    while ((await streams()).some(({ is_read }) => is_read)) await new Promise((next) => setImmediate(next));
  };
  const come = async (reply: { text: string }, text: string): Promise<void> => {
    while (reply.text !== text) await new Promise((next) => setTimeout(next, 2));
  };

  beforeEach(async () => {
    door = await openDoor({ models: new FakeModels(begun) });
    proxy = await CuttingProxy.to(door.port);
    lab = await ConnectedLab.connect(proxy.url, undefined);
  });
  afterEach(async () => {
    lab.answers.clear();
    await lab.stop();
    await proxy.refuse();
    await door.close();
  });

  it("goes on by itself, and every piece comes once", async () => {
    const reply = lab.generate("x", kept);
    const pieces: string[] = [];
    const read = (async () => {
      for await (const piece of reply) pieces.push(piece);
    })();
    await door.models.until(() => door.models.requests.length === 1);
    for (const text of ["one ", "two ", "three "]) {
      generation().push({ text }, pieces.length + 1);
      await come(reply, pieces.join("") + text);
      proxy.cut();
    }
    finishWith(generation(), "end", 4);
    await read;
    expect(pieces).to.deep.equal(["one ", "two ", "three ", "end"]);
    expect(await reply).to.include({ text: "one two three end", finish_reason: "stop" });
  });

  it("goes on when its end came while nobody could connect", async () => {
    const reply = lab.chat("x", kept);
    await door.models.until(() => door.models.requests.length === 1);
    generation().push({ text: "one " }, 1);
    await come(reply, "one ");
    await proxy.refuse();
    finishWith(generation(), "two", 2);
    await generation();
    await proxy.listen();
    expect((await reply).text).to.equal("one two");
  });

  it("comes whole over connections that are cut anywhere", async function () {
    this.timeout(60_000);
    let state = 7;
    proxy.cutAfterBytes = () => {
      state = (state * 48271) % 2147483647;
      // after the head of an answer, which takes some 800 bytes
      return 1500 + (state % 1500);
    };
    proxy.cut();
    const pieces = Array.from({ length: 60 }, (_, index) => `é${index} \u{1f600}\n`);
    door.models.script = (model) => {
      begun(model, model.request, 0);
      let next = 0;
      const step = (): void => {
        if (next === pieces.length) {
          model.finish(endingOf(next));
          return;
        }
        next += 1;
        model.push({ text: pieces[next - 1] as string }, next);
        setImmediate(step);
      };
      step();
    };
    for (let count = 0; count < 5; count += 1) {
      const { text, finish_reason } = await lab.chat("x", kept);
      expect({ text, finish_reason }).to.deep.equal({ text: pieces.join(""), finish_reason: "stop" });
    }
    expect(proxy.connections).to.be.greaterThan(20);
  });

  it("fails as before where nobody asked for more", async () => {
    const reply = lab.generate("x");
    await door.models.until(() => door.models.requests.length === 1);
    generation().push({ text: "one" }, 1);
    await come(reply, "one");
    proxy.cut();
    expect(await rejection(reply)).to.include({ code: "connection_lost" });
    await door.models.until(() => generation().state === "cancelled");
  });

  it("is told to be lost when the lab has not kept it", async () => {
    const reply = lab.generate("x", kept);
    await door.models.until(() => door.models.requests.length === 1);
    generation().push({ text: "one" }, 1);
    await come(reply, "one");
    await proxy.refuse();
    const [stream] = await streams();
    await door.send("DELETE", `/v1/streams/${stream?.id}`);
    await proxy.listen();
    const { code, message } = (await rejection(reply)) as { code: string; message: string };
    expect(code).to.equal("connection_lost");
    expect(message).to.match(/has not kept the answer until now\. Ask again\.$/);
  });

  it("is ended on the lab, too, when it is cancelled, its loop is left, or the lab is let go", async () => {
    const ways = [(reply: ReturnType<typeof lab.generate>) => reply.cancel(), () => void lab.stop()] as const;
    for (const [index, way] of ways.entries()) {
      const reply = lab.generate("x", kept);
      await door.models.until(() => door.models.requests.length === index + 1);
      generation(index).push({ text: "one" }, 1);
      await come(reply, "one");
      way(reply);
      await rejection(reply);
      await door.models.until(() => generation(index).state === "cancelled");
    }
    expect(await streams()).to.deep.equal([]);
  });

  it("is shown whole by lab.resume(), and is what was asked last then", async () => {
    const reply = lab.generate("x", kept);
    await door.models.until(() => door.models.requests.length === 1);
    generation().push({ text: "one " }, 1);
    await come(reply, "one ");
    // as a kernel that is killed: nobody tells the lab
    const other = await ConnectedLab.connect(`http://127.0.0.1:${door.port}`, undefined);
    try {
      await proxy.refuse();
      await unread();
      const resumed = other.resume();
      await come(resumed, "one ");
      finishWith(generation(), "two", 2);
      expect((await resumed).text).to.equal("one two");
      expect(other.last).to.include({ text: "one two", state: "done", prompt: "asked before this kernel began" });
    } finally {
      other.answers.clear();
      await other.stop();
      reply.cancel();
    }
  });

  it("is not there to be gone on with when there is none", async () => {
    const error = await rejection(lab.resume());
    expect(error).to.include({ code: "stream_not_found" });
  });

  it("refuses seconds that a lab does not keep", async () => {
    for (const resumeSeconds of [-1, 61, 1.5, Number.NaN]) {
      expect(await rejection(lab.generate("x", { resumeSeconds }))).to.include({ param: "resumeSeconds" });
    }
    expect(door.models.requests).to.have.length(0);
  });
});
