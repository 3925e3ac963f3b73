/** What is meant for one process reaches that process or nobody. */
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { Connection } from "../../../src/notebook/client/connection.js";
import { HttpSender } from "../../../src/notebook/client/http-sender.js";
import { LabRequestError } from "../../../src/notebook/client/request-error.js";
import { FakeLabServer } from "../../support/fake-lab-server.js";
import { rejection } from "../../support/rejection.js";
import { temporaryFolder } from "../../support/temp-folder.js";

const nobody = "http://127.0.0.1:9";
/** Connections to listeners of these tests. */
const open = new Set<Socket>();
const key = "owner-key-0123456789";

describe("a connection to a process that is known", () => {
  let fake: FakeLabServer;
  let connection: Connection;
  let path: string;
  let proofs: number;
  let isAlive: boolean;

  const meant = (socketPath: string | undefined) => ({
    socketPath,
    whenSilent: "Stop it.",
    prove: () => {
      proofs += 1;
      if (!isAlive) throw new LabRequestError("lab_ended", "It has ended.");
    },
  });

  beforeEach(async () => {
    path = join(temporaryFolder(), "owner.sock");
    proofs = 0;
    isAlive = true;
    fake = await FakeLabServer.start({ path });
    connection = new Connection(nobody, key, meant(path));
  });
  afterEach(async () => {
    connection.close();
    await fake.stop();
  });

  it("goes through the socket file, one connection for many requests, proven once", async () => {
    for (let count = 0; count < 4; count += 1) await connection.json("GET", "/health");
    expect(fake.seen.map(({ headers }) => headers.authorization)).to.deep.equal(Array(4).fill(`Bearer ${key}`));
    expect([await fake.connections(), proofs]).to.deep.equal([1, 1]);
  });

  it("streams through it, and leaving the loop closes the stream", async () => {
    const { bytes } = await connection.stream("/generate", { body: { prompt: "endless" } });
    for await (const chunk of bytes) {
      expect(Buffer.from(chunk).toString("utf8")).to.match(/^data: /);
      break;
    }
    expect(await (await fake.request(({ path: at }) => at === "/generate")).outcome).to.equal("left");
  });

  it("proves every new connection, also the one that takes the place of a stale one", async () => {
    await connection.json("GET", "/health");
    fake.cut();
    await connection.json("GET", "/health");
    expect(proofs).to.equal(2);
  });

  for (const by of ["socket file", "port"]) {
    it(`sends nothing to another program that has the ${by}`, async () => {
      const squatter = by === "port" ? await FakeLabServer.start() : fake;
      const own = new Connection(squatter.url, key, meant(by === "port" ? undefined : path));
      isAlive = false;
      const failures = [
        own.json("GET", "/health"),
        own.json("POST", "/passes", { body: { name: "Ann" } }),
        own.stream("/generate", { body: { prompt: "a secret" } }),
      ].map((call) => rejection<LabRequestError>(call));
      expect((await Promise.all(failures)).map(({ code }) => code)).to.deep.equal(Array(3).fill("lab_ended"));
      expect(squatter.seen).to.deep.equal([]);
      own.close();
      if (squatter !== fake) await squatter.stop();
    });
  }

  it("sends not one byte, head included, before the proof", async () => {
    let heard = "";
    const listener = createServer((socket) => socket.on("data", (bytes) => (heard += bytes)).on("error", () => {}));
    const url = await listenOn(listener);
    isAlive = false;
    const own = new Connection(url, key, meant(undefined));
    await rejection(own.json("POST", "/chat", { body: { messages: "a secret" } }));
    own.close();
    await closeAll(listener);
    expect([heard, proofs]).to.deep.equal(["", 1]);
  });

  it("says that the process has ended when nothing listens there any more", async () => {
    isAlive = false;
    for (const at of [join(temporaryFolder(), "gone.sock"), undefined]) {
      const own = new Connection(nobody, key, meant(at));
      expect(await rejection(own.json("GET", "/health"))).to.include({ code: "lab_ended" });
      own.close();
    }
  });

  for (const at of ["while it answers", "before it answers"]) {
    it(`says that the process has ended ${at}`, async () => {
      fake.on("POST /generate", (_, response) => {
        if (at === "while it answers") response.writeHead(200).write("data: {}\n\n");
        isAlive = false;
        setTimeout(() => response.destroy(), 20);
      });
      const read = async (): Promise<void> => {
        for await (const _ of (await connection.stream("/generate", { body: {} })).bytes);
      };
      expect(await rejection(read())).to.include({ code: "lab_ended" });
    });
  }

  it("says what to do about a process that runs and says nothing, before an answer and within one", async () => {
    fake.on("GET /health", () => {});
    const head = await rejection<LabRequestError>(connection.json("GET", "/health", { headSeconds: 0.05 }));
    expect(head.message).to.match(/has said nothing for 0\.05 s\. Stop it\.$/);
    fake.on("POST /generate", (_, response) => response.writeHead(200).write("data: {}\n\n"));
    const { bytes } = await connection.stream("/generate", { body: {}, silenceSeconds: 0.05 });
    const read = async (): Promise<void> => {
      for await (const _ of bytes);
    };
    const broken = await rejection<LabRequestError>(read());
    expect(broken.code).to.equal("connection_lost");
    expect(broken.message).to.match(/has said nothing for 0\.05 s\. Stop it\.$/);
  });

  it("says so when the socket file is not there", async () => {
    const own = new Connection(nobody, key, meant(join(temporaryFolder(), "gone.sock")));
    const { code, message } = await rejection<LabRequestError>(own.json("GET", "/health"));
    expect(code).to.equal("connection_failed");
    expect(message).to.include("socket file is not there");
    own.close();
  });
});

describe("making a connection", () => {
  it("has a deadline: what accepts and never says who it is, is given up", async () => {
    const listener = createServer();
    const url = (await listenOn(listener)).replace("http:", "https:");
    const sender = new HttpSender(url, undefined, undefined, 100);
    const error = await rejection<NodeJS.ErrnoException>(sender.send({ method: "GET", path: "/", accept: "*/*" }));
    expect(error.code).to.equal("ETIMEDOUT");
    sender.close();
    await closeAll(listener);
  });

  it("ends at once when the signal fires meanwhile", async () => {
    const listener = createServer();
    const url = (await listenOn(listener)).replace("http:", "https:");
    const sender = new HttpSender(url, undefined);
    const abort = new AbortController();
    const sent = rejection<Error>(sender.send({ method: "GET", path: "/", accept: "*/*", signal: abort.signal }));
    listener.once("connection", () => abort.abort());
    expect((await sent).name).to.equal("AbortError");
    sender.close();
    await closeAll(listener);
  });
});

/** Listens and gives the address. What comes in is read by nobody and ended by `closeAll`. */
async function listenOn(listener: Server): Promise<string> {
  listener.on("connection", (socket) => open.add(socket));
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(listener.address() as { port: number }).port}`;
}

async function closeAll(listener: Server): Promise<void> {
  for (const socket of open) socket.destroy();
  open.clear();
  await new Promise((resolve) => listener.close(resolve));
}
