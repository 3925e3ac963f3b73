import { inspect } from "node:util";
import { expect } from "chai";
import { Connection } from "../../../src/notebook/client/connection.js";
import { AnswerShelf } from "../../../src/notebook/client/kept-answers.js";
import type { Reply } from "../../../src/notebook/client/reply.js";
import { type Asking, askToAnswer, askToContinue } from "../../../src/notebook/lab/ask.js";
import { namedHere } from "../../../src/notebook/lab/option-spellings.js";
import { generationFields } from "../../../src/server/engine/fields.js";
import { otherSpellings } from "../../../src/server/schema/other-spellings.js";
import { toolFields } from "../../../src/server/schema/tools.js";
import { FakeLabServer, framesOf, openStream, sendError } from "../../support/fake-lab-server.js";
import { rejection } from "../../support/rejection.js";

async function piecesOf(reply: Reply): Promise<string[]> {
  const pieces: string[] = [];
  for await (const piece of reply) pieces.push(piece);
  return pieces;
}

describe("a reply", () => {
  let fake: FakeLabServer;
  let connection: Connection;
  const asking = (): Asking => ({ connection, shelf: new AnswerShelf("replies") });
  const ask = (prompt: string, options = {}): Reply => askToContinue(asking(), prompt, options);

  beforeEach(async () => {
    fake = await FakeLabServer.start();
    connection = new Connection(fake.url, undefined);
  });
  afterEach(async () => {
    connection.close();
    await fake.stop();
  });

  it("awaits to the text and what stands beside it", async () => {
    const answer = await ask("hi");
    expect(answer.text).to.equal("Once upon a time.");
    expect(answer).to.deep.include({ finish_reason: "stop", id: "req_fake", seed: 42, warnings: [] });
    expect(answer.usage.completion_tokens).to.equal(4);
  });

  it("sends what belongs to the server, asks for events, and keeps the rest here", async () => {
    await ask("hi", { top_k: 3, background: true, waitSeconds: 5 });
    expect(fake.seen[0]?.body).to.deep.equal({ prompt: "hi", top_k: 3, stream: true });
    expect(fake.seen[0]?.headers.accept).to.equal("text/event-stream");
  });

  const spellings: readonly (readonly [name: string, value: unknown, sent: string])[] = [
    ["max_tokens", 7, "max_length"],
    ["maxTokens", 7, "max_length"],
    ["maxLength", 7, "max_length"],
    ["topP", 0.5, "top_p"],
    ["system", "Be brief.", "system_prompt"],
    ["model", "sample", "model_id"],
  ];
  for (const [name, value, sent] of spellings) {
    it(`takes ${name}, as other APIs write it, for ${sent}`, async () => {
      await ask("hi", { [name]: value });
      expect(fake.seen[0]?.body).to.deep.equal({ prompt: "hi", [sent]: value, stream: true });
    });
  }

  it("refuses one option under two names", () => {
    expect(() => ask("hi", { max_tokens: 7, max_length: 8 })).to.throw(
      "max_tokens and max_length are two names of one option. Give max_length alone.",
    );
  });

  it("knows a place for every option that other APIs spell in camel case", () => {
    const camel = Object.values(generationFields)
      .map(({ wire }) => [wire, wire.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())] as const)
      .filter(([wire, name]) => wire !== name && !["parseSpecial", "chatTemplateKwargs"].includes(name));
    for (const [wire, name] of camel) expect(namedHere({ [name]: 1 })).to.deep.equal({ [wire]: 1 });
  });

  it("leaves to the lab every name of another API that it knows", () => {
    const aliases = Object.values(generationFields).flatMap((field) => ("aliases" in field ? field.aliases : []));
    const known = [...otherSpellings.flatMap((table) => Object.keys(table)), ...aliases, ...Object.keys(toolFields)];
    expect(known).to.include("n_probs").and.include("tools").and.include("mirostat");
    for (const name of known) expect(() => namedHere({ [name]: 1 }), name).not.to.throw();
  });

  it("makes one message of the user out of a string in a chat", async () => {
    const answer = await askToAnswer(asking(), "hi");
    expect(fake.seen[0]?.body.messages).to.deep.equal([{ role: "user", content: "hi" }]);
    expect(answer.text).to.equal("Once upon a time.");
  });

  it("gives every piece to a late reader, and to a second one", async () => {
    const reply = ask("hi");
    await reply;
    const all = ["Once ", "upon ", "a ", "time."];
    expect(await piecesOf(reply)).to.deep.equal(all);
    expect(await piecesOf(reply)).to.deep.equal(all);
    expect(reply.state).to.equal("done");
  });

  it("gives two readers at once the same pieces", async () => {
    const reply = ask("hi");
    const [one, other] = await Promise.all([piecesOf(reply), piecesOf(reply)]);
    expect(one).to.deep.equal(other).and.have.length(4);
  });

  it("is cancelled at the server when the loop over it is left", async () => {
    const reply = ask("endless");
    for await (const piece of reply) {
      expect(piece).to.equal("more ");
      break;
    }
    expect(reply.state).to.equal("cancelled");
    expect(await fake.seen[0]?.outcome).to.equal("left");
  });

  it("rejects at once when cancelled, keeps its text, and minds no second cancel", async () => {
    const reply = ask("endless");
    const error = await rejection(
      (async () => {
        for await (const _ of reply) if (reply.text.length >= 20) reply.cancel();
      })(),
    );
    reply.cancel();
    expect(error).to.include({ code: "request_cancelled" });
    expect(await rejection(reply)).to.equal(error);
    expect(reply.text).to.match(/^(more ){4,}$/);
    expect(await fake.seen[0]?.outcome).to.equal("left");
  });

  it("is cancelled by its signal, also one that fired before", async () => {
    const abort = new AbortController();
    const reply = ask("endless", { signal: abort.signal });
    await fake.request(() => true);
    abort.abort();
    expect(await rejection(reply)).to.include({ code: "request_cancelled" });
    expect(await rejection(ask("never asked", { signal: abort.signal }))).to.include({ code: "request_cancelled" });
    expect(fake.seen).to.have.length(1);
  });

  it("fails with the error of the last frame", async () => {
    fake.on("POST /generate", (_, response) => {
      openStream(response);
      const error = { message: "The engine died.", type: "error", param: null, code: "engine_died" };
      response.end(`data: {"response":"On"}\n\ndata: ${JSON.stringify({ detail: "x", error })}\n\n`);
    });
    const reply = ask("hi");
    expect(await rejection(reply)).to.include({ code: "engine_died", message: "The engine died." });
    expect(reply.text).to.equal("On");
    expect(reply.state).to.equal("failed");
  });

  it("fails when the stream ends without saying why", async () => {
    fake.on("POST /generate", (_, response) => {
      openStream(response);
      response.end('data: {"response":"On","finish_reason":null}\n\n');
    });
    expect(await rejection(ask("hi"))).to.include({ code: "connection_lost" });
  });

  it("fails when the connection breaks in mid-stream", async () => {
    const reply = askToContinue(asking(), "endless");
    await new Promise<void>((resolve) => reply.onPiece(resolve));
    fake.cut();
    expect(await rejection(reply)).to.include({ code: "connection_lost" });
  });

  it("comes whole however the bytes are cut", async () => {
    fake.on("POST /generate", ({ path }, response) => {
      openStream(response);
      const bytes = Buffer.from(framesOf(path, ["Grüße ", "😀"]));
      const next = (at: number): void => {
        if (at >= bytes.length) response.end();
        else response.write(bytes.subarray(at, at + 3), () => next(at + 3));
      };
      next(0);
    });
    expect((await ask("hi")).text).to.equal("Grüße 😀");
  });

  it("leaves its connection to the next request", async () => {
    await ask("hi");
    await ask("hi");
    expect(await fake.connections()).to.equal(1);
  });

  it("fails without an unhandled rejection when nobody awaits it", async () => {
    fake.on("POST /generate", (_, response) => sendError(response, 400, "invalid_request", "No."));
    const unhandled: unknown[] = [];
    const note = (reason: unknown): number => unhandled.push(reason);
    process.on("unhandledRejection", note);
    const reply = askToContinue(asking(), "hi");
    await new Promise<void>((resolve) => reply.onEnd(() => setImmediate(() => setImmediate(resolve))));
    process.off("unhandledRejection", note);
    expect(reply.state).to.equal("failed");
    expect(unhandled).to.deep.equal([]);
  });

  it("prints as text where there is no notebook, and its answer too", async () => {
    const reply = ask("hi");
    expect(inspect(reply)).to.include("await it for the answer");
    const answer = await reply;
    expect(inspect(answer)).to.equal(
      "Once upon a time.\n— 4 tokens · 133 tokens/s · first after 3 ms · seed 42 · sample · ended by itself",
    );
    expect(inspect({ answer })).to.include("finish_reason: 'stop'");
    expect(Object.keys(answer)).to.include.members(["text", "usage"]);
  });

  it("installs no handler of signals outside a kernel", async () => {
    const before = process.listenerCount("SIGINT");
    await ask("hi");
    expect(process.listenerCount("SIGINT")).to.equal(before);
  });
});
