import { fork } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { inspect } from "node:util";
import { expect } from "chai";
import { boundProgram } from "../../../src/server/state/bound-program.js";
import { LoopbackEdge } from "../../support/ngrok-edge/loopback-edge.js";
import { fetchText, isAlive, skipWithoutAgent, TunnelBench } from "./tunnel-bench.js";

describe("the life of a tunnel", function () {
  this.timeout(20_000);
  let bench: TunnelBench;

  before(function () {
    skipWithoutAgent(this);
  });
  beforeEach(async () => {
    bench = await TunnelBench.start();
  });
  afterEach(async () => bench.stop());

  it("leaves no session and no process when it is closed", async () => {
    const tunnel = bench.tunnel();
    await tunnel.open();
    const pid = tunnel.pid as number;
    await tunnel.close();
    expect(isAlive(pid)).to.equal(false);
    expect(tunnel.status).to.include({ state: "offline", url: undefined });
    await bench.edge.sessionCount(0);
  });

  it("lets those who are being served finish and takes nobody new", async () => {
    const tunnel = bench.tunnel();
    const url = await tunnel.open();
    const held = await fetch(`${url}/held`);
    const unbound = once(bench.edge.agents, "unbind");
    let served: () => void = () => {};
    const drained = new Promise<void>((resolve) => {
      served = resolve;
    });
    const closed = tunnel.close({ drained: () => drained, cut: new AbortController().signal });
    await unbound;
    expect(await fetchText(`${url}/hello`)).to.contain("ERR_NGROK_3200");
    bench.door.release();
    expect(await held.text()).to.equal("first last");
    served();
    await closed;
  });

  it("does not wait longer than it was told to", async () => {
    const tunnel = bench.tunnel();
    await tunnel.open();
    const askedAt = performance.now();
    await tunnel.close({ drained: () => new Promise(() => {}), cut: AbortSignal.timeout(200) });
    expect(performance.now() - askedAt).to.be.within(190, 5000);
  });

  it("tells who waits for it that it was closed before it was online", async () => {
    const tunnel = bench.tunnel();
    const opened = tunnel.open().catch((reason: Error) => reason);
    await tunnel.close();
    expect(await opened).to.include({ code: "closed" });
    expect(tunnel.status.state).to.equal("offline");
  });

  it("gives the URL it has when it is opened twice, with one session", async () => {
    const tunnel = bench.tunnel();
    const [first, second] = await Promise.all([tunnel.open(), tunnel.open()]);
    expect(await tunnel.open()).to.equal(first);
    expect(second).to.equal(first);
    expect(bench.edge.agents.auths).to.have.length(1);
  });

  it("is not opened any more once it was closed", async () => {
    const tunnel = bench.tunnel();
    const closed = tunnel.close();
    expect(await tunnel.open().catch((reason: Error) => reason)).to.include({ code: "closed" });
    await closed;
    expect(bench.edge.agents.auths).to.deep.equal([]);
  });

  it("goes when the process that keeps it is killed", async () => {
    const keeper = fork(new URL("./publishing-process.ts", import.meta.url), { stdio: "inherit" });
    const { serverAddr, caFile } = bench.edge;
    const options = { serverAddr, caFile };
    keeper.send({ target: bench.door.target, authtoken: LoopbackEdge.token, options });
    const [pid] = (await once(keeper, "message")) as [number];
    expect(bench.edge.agents.sessions.size).to.equal(1);
    keeper.kill("SIGKILL");
    await once(keeper, "exit");
    await bench.edge.sessionCount(0);
    // an orphan is reaped by init, not by us
    while (isAlive(pid)) await new Promise((resolve) => setImmediate(resolve));
  });

  it("goes even when it hangs while the process that keeps it is killed", async function () {
    if (boundProgram([]).execPath === process.execPath) this.skip();
    const keeper = fork(new URL("./publishing-process.ts", import.meta.url), { stdio: "inherit" });
    const { serverAddr, caFile } = bench.edge;
    keeper.send({ target: bench.door.target, authtoken: LoopbackEdge.token, options: { serverAddr, caFile } });
    const [pid] = (await once(keeper, "message")) as [number];
    process.kill(pid, "SIGSTOP");
    keeper.kill("SIGKILL");
    await once(keeper, "exit");
    await bench.edge.sessionCount(0);
    while (isAlive(pid)) await new Promise((resolve) => setImmediate(resolve));
  });

  it("shows the authtoken in neither arguments nor environment of its process", async function () {
    if (process.platform !== "linux") this.skip();
    const tunnel = bench.tunnel();
    await tunnel.open();
    const readable = ["cmdline", "environ"].map((name) => readFile(`/proc/${tunnel.pid}/${name}`, "utf8"));
    const [cmdline, environ] = (await Promise.all(readable)) as [string, string];
    expect(cmdline).to.contain("tunnel-agent").and.not.contain(LoopbackEdge.token);
    const names = environ.split("\0").map((line) => line.split("=")[0]);
    expect(names.filter((name) => !/^(NODE_CHANNEL_\w+|NODE_V8_COVERAGE|)$/.test(name ?? ""))).to.deep.equal([]);
  });

  it("does not show the authtoken when it is printed", async () => {
    const tunnel = bench.tunnel();
    await tunnel.open();
    const printed = inspect(tunnel, { depth: null, showHidden: true });
    expect(printed).to.contain("Tunnel").and.not.contain(LoopbackEdge.token);
    expect(JSON.stringify(tunnel.status)).to.not.contain(LoopbackEdge.token);
  });

  it("passes every option on to ngrok", async () => {
    const trafficPolicy = { on_http_request: [{ actions: [{ type: "deny" }] }] };
    await bench
      .tunnel({
        domain: "Lab.ngrok-free.test",
        allowCidrs: ["203.0.113.7", "2001:db8::/32"],
        denyCidrs: ["198.51.100.0/24"],
        trafficPolicy,
        metadata: "of the lab",
      })
      .open();
    const [bind] = bench.edge.agents.binds;
    expect(bind?.Opts.Domain).to.equal("lab.ngrok-free.test");
    expect(JSON.stringify(bind?.Opts)).to.contain("203.0.113.7/32").and.contain("2001:db8::/32");
    expect(JSON.stringify(bind?.Opts)).to.contain("198.51.100.0/24");
    expect(JSON.parse(String(bind?.Opts.TrafficPolicy))).to.deep.equal(trafficPolicy);
    expect(bind?.Extra.Metadata).to.equal("of the lab");
    const [auth] = bench.edge.agents.auths;
    expect(auth?.Extra.HeartbeatInterval).to.equal(1e9);
  });
});
