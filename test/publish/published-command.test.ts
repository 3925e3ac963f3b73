/** `locallab serve --publish`: what it says, what it hides and what it leaves. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { programFile } from "../../src/server/state/program-file.js";
import { type LabState, readState } from "../../src/server/state/state-file.js";
import { skipWithoutAgent } from "../server/publish/tunnel-bench.js";
import { send } from "../support/http-client.js";
import { makeCertificates } from "../support/ngrok-edge/certificates.js";
import { LoopbackEdge } from "../support/ngrok-edge/loopback-edge.js";
import { temporaryFolder } from "../support/temp-folder.js";
import { sampleCacheDir } from "../support/test-settings.js";

const { path, execArgv } = programFile(import.meta.url, "../../src/server/main");
const prompt = { prompt: "The sea", max_length: 4 };

describe("a lab that publishes itself from the command line", function () {
  this.timeout(60_000);
  let edge: LoopbackEdge;
  let runtimeDir: string;
  let server: ChildProcess;
  let out: string;

  before(function () {
    skipWithoutAgent(this);
  });
  beforeEach(async () => {
    runtimeDir = temporaryFolder();
    edge = await LoopbackEdge.start({ certificates: await makeCertificates(join(runtimeDir, "edge")) });
  });
  afterEach(async () => {
    if (server.exitCode === null && server.signalCode === null) {
      server.kill("SIGKILL");
      await once(server, "exit");
    }
    await edge.close();
  });

  function start(env: Record<string, string> = {}): void {
    out = "";
    const flags = [
      "--publish",
      "--port",
      "0",
      "--domain",
      "lab.ngrok-free.test",
      "--log-file",
      join(runtimeDir, "log"),
    ];
    server = spawn(process.execPath, [...execArgv, path, "serve", ...flags], {
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        LOCALLAB_RUNTIME_DIR: runtimeDir,
        LOCALLAB_CACHE_DIR: sampleCacheDir,
        LOCALLAB_GPU: "off",
        LOCALLAB_LOG_LEVEL: "debug",
        LOCALLAB_NGROK_SERVER_ADDR: edge.serverAddr,
        LOCALLAB_NGROK_CA_FILE: edge.caFile,
        NGROK_AUTHTOKEN: LoopbackEdge.token,
        ...env,
      },
    });
    for (const stream of [server.stdout, server.stderr]) {
      stream?.on("data", (chunk) => {
        out += chunk;
      });
    }
  }

  async function said(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(out);
      if (found !== null) return found;
      await once(server.stdout as NodeJS.ReadableStream, "data");
    }
  }

  it("says where, until when, and its key once; a stop leaves no session behind", async () => {
    start();
    const [, url] = await said(/^Published at (\S+) until \S+$/m);
    expect(url).to.equal(edge.publicUrl);
    const [, key = ""] = await said(/shown this one time: (\S+)$/m);
    const headers = { Authorization: `Bearer ${key}` };
    const port = Number(new URL(edge.publicUrl).port);
    expect((await send(port, "POST", "/generate", { headers, body: prompt })).status).to.equal(200);
    const log = readFileSync(join(runtimeDir, "log"), "utf8");
    for (const secret of [LoopbackEdge.token, key]) expect(log).to.not.contain(secret);
    expect(out).to.not.contain(LoopbackEdge.token);
    server.kill("SIGTERM");
    const [code] = await once(server, "exit");
    expect(code).to.equal(0);
    await edge.sessionCount(0);
  });

  it("leaves no session behind when it is killed", async () => {
    start();
    await said(/^Published at /m);
    expect(edge.agents.sessions.size).to.equal(1);
    server.kill("SIGKILL");
    await once(server, "exit");
    await edge.sessionCount(0);
  });

  it("ends with the reason when it cannot be published", async () => {
    start({ NGROK_AUTHTOKEN: "not-an-authtoken-but-secret" });
    const [code] = await once(server, "exit");
    expect(code).to.equal(1);
    expect(out).to.contain("does not look like an ngrok authtoken").and.not.contain("but-secret");
  });

  it("keeps its secrets from every process it starts, and from its state file", async function () {
    if (process.platform !== "linux") this.skip();
    const apiKey = "an-api-key-of-the-lab-0001";
    start({ LOCALLAB_API_KEY: apiKey });
    await said(/^Published at /m);
    const { ownerKey } = readState(runtimeDir, "default") as LabState;
    const children = descendants(server.pid as number);
    expect(children.length).to.be.at.least(2);
    for (const pid of children) {
      const open = `${readFileSync(`/proc/${pid}/cmdline`)}${readFileSync(`/proc/${pid}/environ`)}`;
      for (const secret of [LoopbackEdge.token, apiKey, ownerKey]) expect(open).to.not.contain(secret);
    }
    expect(readFileSync(`/proc/${server.pid}/cmdline`, "utf8")).to.not.contain(LoopbackEdge.token);
    expect(readFileSync(join(runtimeDir, "default.json"), "utf8")).to.not.contain(LoopbackEdge.token);
  });
});

/** Processes below this one. */
function descendants(parent: number): number[] {
  const children = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === parent);
  return children.flatMap((pid) => [pid, ...descendants(pid)]);
}

function parentOf(pid: number): number | undefined {
  try {
    return Number(
      readFileSync(`/proc/${pid}/stat`, "utf8")
        .replace(/^.*\) \S+ /s, "")
        .split(" ")[0],
    );
  } catch {
    // ended since it was listed
    return undefined;
  }
}
