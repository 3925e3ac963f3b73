import { fork } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { isAlive } from "./tunnel-bench.js";

describe("the tunnel process", function () {
  this.timeout(20_000);
  const agentFile = new URL("../../../src/server/publish/tunnel-agent.ts", import.meta.url);

  it("says that ngrok's agent is missing where it is not installed, and ends", async () => {
    const folder = await mkdtemp(join(tmpdir(), "locallab-agent-"));
    for (const file of ["publish/tunnel-agent.ts", "async/message-of.ts"]) {
      await cp(new URL(`../../../src/server/${file}`, import.meta.url), join(folder, file));
    }
    await writeFile(join(folder, "package.json"), '{"type":"module"}');
    const agent = fork(join(folder, "publish", "tunnel-agent.ts"), { silent: true });
    agent.send({ type: "open", request: {} });
    const [message] = await once(agent, "message");
    expect(message).to.include({ type: "trouble", code: "agent_missing" });
    await once(agent, "close");
    await rm(folder, { recursive: true });
  });

  it("ends when it wakes, where whoever started it went while it hung", async () => {
    const agent = fork(agentFile, { silent: true });
    agent.send({ type: "ping" });
    expect((await once(agent, "message"))[0]).to.deep.equal({ type: "pong" });
    agent.kill("SIGSTOP");
    agent.disconnect();
    agent.kill("SIGCONT");
    expect(await once(agent, "exit")).to.deep.equal([0, null]);
  });

  it("outlives an interrupt of the process group and ends with whoever started it", async () => {
    const agent = fork(agentFile, { silent: true });
    // answers once it listens to signals as well
    agent.send({ type: "unbind" });
    await once(agent, "message");
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) agent.kill(signal);
    agent.send({ type: "unbind" });
    expect((await once(agent, "message"))[0]).to.deep.equal({ type: "unbound" });
    agent.disconnect();
    expect(await once(agent, "exit")).to.deep.equal([0, null]);
    expect(isAlive(agent.pid as number)).to.equal(false);
  });
});
