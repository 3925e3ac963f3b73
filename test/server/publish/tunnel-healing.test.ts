import { setTimeout as pause } from "node:timers/promises";
import { expect } from "chai";
import type { Tunnel } from "../../../src/server/publish/tunnel.js";
import { refusalTexts } from "../../support/ngrok-edge/refusal-texts.js";
import { fetchText, reaches, skipWithoutAgent, TunnelBench } from "./tunnel-bench.js";

describe("a tunnel that is disturbed", function () {
  this.timeout(20_000);
  let bench: TunnelBench;
  let tunnel: Tunnel;
  let url: string;

  before(function () {
    skipWithoutAgent(this);
  });
  beforeEach(async () => {
    bench = await TunnelBench.start();
    tunnel = bench.tunnel();
    url = await tunnel.open();
  });
  afterEach(async () => bench.stop());

  async function comesBack(reason: string): Promise<void> {
    const lost = await reaches(tunnel, "reconnecting");
    expect(lost.problem?.code).to.equal(reason);
    expect(lost.url).to.equal(url);
    const back = await reaches(tunnel, "online");
    expect(back).to.include({ url, reconnects: 1, problem: undefined });
    expect(await fetchText(`${url}/hello`)).to.equal("GET /hello https");
    expect(bench.edge.agents.sessions.size).to.equal(1);
  }

  it("comes back when the connection is cut", async () => {
    bench.edge.dropSessions();
    await comesBack("connection_lost");
  });

  it("comes back when ngrok asks it to go", async () => {
    bench.edge.goAway();
    await comesBack("connection_lost");
  });

  it("comes back when its process is killed", async () => {
    process.kill(tunnel.pid as number, "SIGKILL");
    await comesBack("agent_died");
  });

  it("comes back when the dashboard restarts it", async () => {
    expect(await bench.edge.agents.command(bench.edge.session, "restart")).to.not.have.property("Error");
    await comesBack("restarted");
  });

  it("notices silence by its heartbeats and comes back when there is an answer", async () => {
    bench.edge.agents.answersHeartbeats = false;
    const silentAt = performance.now();
    await reaches(tunnel, "reconnecting");
    // interval 1 s plus tolerance 2 s, and a beat that was answered just before: 4 s, and ten on a busy machine
    expect(performance.now() - silentAt).to.be.lessThan(14_000);
    bench.edge.agents.answersHeartbeats = true;
    await comesBack("heartbeat_lost");
  });

  it("is back by itself after an outage that outlasts several tries", async () => {
    await bench.edge.controlDown();
    await reaches(tunnel, "reconnecting");
    // said when a try has failed; the bound of the pauses between tries is held in backoff's own test
    while (tunnel.status.problem?.code !== "unreachable") await pause(20);
    await pause(1000);
    expect(tunnel.status.state).to.equal("reconnecting");
    await bench.edge.controlUp();
    await comesBack("unreachable");
  });
});

describe("the domain of a tunnel that comes back", function () {
  this.timeout(20_000);
  let bench: TunnelBench;

  before(function () {
    skipWithoutAgent(this);
  });
  beforeEach(async () => {
    bench = await TunnelBench.start({ urlOf: (domain) => `https://${domain}` });
  });
  afterEach(async () => bench.stop());

  it("is the one that ngrok chose the first time", async () => {
    const tunnel = bench.tunnel();
    const url = await tunnel.open();
    bench.edge.dropSessions();
    await reaches(tunnel, "reconnecting");
    expect((await reaches(tunnel, "online")).url).to.equal(url);
    const [first, second] = bench.edge.agents.binds;
    expect(first?.Opts.Domain).to.equal("");
    expect(`https://${second?.Opts.Domain}`).to.equal(url);
  });

  it("is a new one when ngrok does not give the former again", async () => {
    const tunnel = bench.tunnel();
    const url = await tunnel.open();
    bench.edge.agents.rejectBind = ({ Opts }) => (Opts.Domain === "" ? undefined : refusalTexts.domainOfAnother(url));
    bench.edge.dropSessions();
    await reaches(tunnel, "reconnecting");
    expect((await reaches(tunnel, "online")).url).to.not.equal(url);
  });

  it("is asked for again until ngrok has noticed that the former session is dead", async () => {
    const tunnel = bench.tunnel({ domain: "lab.ngrok-free.test" }, { refusedForMs: 10_000 });
    const url = await tunnel.open();
    let refusals = 2;
    bench.edge.agents.rejectBind = () => (refusals-- > 0 ? refusalTexts.alreadyOnline(url) : undefined);
    bench.edge.dropSessions();
    await reaches(tunnel, "reconnecting");
    expect((await reaches(tunnel, "online")).url).to.equal("https://lab.ngrok-free.test");
    expect(bench.edge.agents.binds).to.have.length(4);
  });
});
