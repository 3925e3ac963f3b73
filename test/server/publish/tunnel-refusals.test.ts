import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import type { Tunnel } from "../../../src/server/publish/tunnel.js";
import { TunnelError } from "../../../src/server/publish/tunnel-error.js";
import { makeCertificates } from "../../support/ngrok-edge/certificates.js";
import { LoopbackEdge } from "../../support/ngrok-edge/loopback-edge.js";
import { reaches, skipWithoutAgent, TunnelBench } from "./tunnel-bench.js";

const hastyTiming = { startWithinMs: 300, refusedForMs: 800, connectTimeoutMs: 10_000 };

describe("a tunnel that ngrok refuses", function () {
  this.timeout(20_000);
  let bench: TunnelBench;

  before(function () {
    skipWithoutAgent(this);
  });
  beforeEach(async () => {
    bench = await TunnelBench.start({ maxSessions: 1 });
  });
  afterEach(async () => bench.stop());

  /** The error of `open`, once it is certain that the state says the same and the authtoken is nowhere. */
  async function refusal(tunnel: Tunnel, authtoken = LoopbackEdge.token): Promise<TunnelError> {
    const error = await tunnel.open().then(
      () => expect.fail("it opened"),
      (reason: unknown) => reason,
    );
    if (!(error instanceof TunnelError)) throw error;
    expect(tunnel.status).to.include({ state: "failed", url: undefined });
    expect(tunnel.status.problem).to.include({ code: error.code, message: error.message });
    expect(tunnel.pid).to.equal(undefined);
    const everything = [error.message, error.detail, error.stack, JSON.stringify(tunnel.status), await bench.logText()];
    expect(everything.join("\n")).to.not.contain(authtoken);
    return error;
  }

  it("fails at once for an authtoken that is none, and does not repeat it", async () => {
    const authtoken = "not-an-authtoken-but-secret";
    const error = await refusal(bench.tunnelTo(bench.door.target, { authtoken }), authtoken);
    expect(error.code).to.equal("ERR_NGROK_105");
    expect(error.message).to.match(/does not look like an ngrok authtoken.*your-authtoken/);
    expect(error.detail).to.contain("Your authtoken: [authtoken]");
    expect(bench.edge.agents.auths).to.have.length(1);
  });

  it("fails at once for an authtoken that ngrok does not know, and does not repeat it", async () => {
    const authtoken = "2formerAuthtoken_thatWasReset";
    const error = await refusal(bench.tunnelTo(bench.door.target, { authtoken }), authtoken);
    expect(error.code).to.equal("ERR_NGROK_107");
    expect(error.message).to.match(/may have been reset.*your-authtoken/);
    expect(error.detail).to.contain("Your authtoken: [authtoken]");
    expect(bench.edge.agents.auths).to.have.length(1);
  });

  it("tries again for a while when the account has too many agents online, then says where to stop one", async () => {
    await bench.tunnel().open();
    const error = await refusal(bench.tunnel({}, hastyTiming));
    expect(error.code).to.equal("ERR_NGROK_108");
    expect(error.message).to.contain("https://dashboard.ngrok.com/agents");
    expect(bench.edge.agents.auths.length).to.be.greaterThan(1);
  });

  it("is online as soon as the other agent has gone", async () => {
    const first = bench.tunnel();
    await first.open();
    const second = bench.tunnel();
    const opened = second.open();
    while (second.status.problem === undefined) await once(second, "status");
    expect(second.status).to.deep.include({ state: "connecting" });
    expect(second.status.problem.code).to.equal("ERR_NGROK_108");
    await first.close();
    expect(await opened).to.equal(bench.edge.publicUrl);
  });

  it("tries again for a while when the address is online elsewhere, then says so", async () => {
    bench.edge.agents.rejectBind = () => "The endpoint is already online.\n\nERR_NGROK_334\r\n";
    const error = await refusal(bench.tunnel({}, hastyTiming));
    expect(error.code).to.equal("ERR_NGROK_334");
    expect(error.message).to.contain("https://dashboard.ngrok.com/endpoints");
    expect(bench.edge.agents.binds.length).to.be.greaterThan(1);
  });

  it("fails when the month's requests are used up while it is online", async () => {
    const tunnel = bench.tunnel();
    await tunnel.open();
    bench.edge.agents.stopEndpoint(bench.edge.endpoint, "You have exceeded your limit", "ERR_NGROK_727");
    const { problem, url } = await reaches(tunnel, "failed");
    expect(url).to.equal(undefined);
    expect(problem?.code).to.equal("ERR_NGROK_727");
    expect(problem?.message).to.match(/HTTP requests.*dashboard\.ngrok\.com\/usage/);
    expect(bench.edge.agents.auths).to.have.length(1);
  });

  it("stays down when the dashboard stops it", async () => {
    const tunnel = bench.tunnel();
    await tunnel.open();
    await bench.edge.agents.command(bench.edge.session, "stop");
    expect((await reaches(tunnel, "failed")).problem?.code).to.equal("stopped");
    await bench.edge.sessionCount(0);
    expect(await tunnel.open().catch((reason: Error) => reason)).to.include({ code: "stopped" });
    expect(bench.edge.agents.auths).to.have.length(1);
  });

  it("tries again for a while when ngrok refuses for a reason nobody foresaw, and passes it on", async () => {
    bench.edge.agents.rejectAuth = () => "Come back tomorrow.\n\nERR_NGROK_99999\r\n";
    const error = await refusal(bench.tunnel({}, hastyTiming));
    expect(error.code).to.equal("ERR_NGROK_99999");
    expect(error.detail).to.contain("Come back tomorrow.");
    expect(bench.edge.agents.auths.length).to.be.greaterThan(1);
  });
});

describe("a tunnel that cannot reach ngrok", function () {
  this.timeout(20_000);
  let bench: TunnelBench;

  before(async function () {
    skipWithoutAgent(this);
    bench = await TunnelBench.start();
  });
  after(async () => bench?.stop());

  async function codeFor(options: { serverAddr?: string; caFile?: string }, timing = hastyTiming): Promise<string> {
    const tunnel = bench.tunnel(options, timing);
    await tunnel.open().catch(() => {});
    expect(tunnel.status.state).to.equal("failed");
    expect(tunnel.status.problem?.message).to.match(/\.$/);
    return tunnel.status.problem?.code ?? "";
  }

  it("fails when nobody listens there", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, "close");
    expect(await codeFor({ serverAddr: `127.0.0.1:${port}` })).to.equal("unreachable");
  });

  it("fails when the certificate is not trusted", async () => {
    const { caFile } = await makeCertificates(join(bench.folder, "others"));
    expect(await codeFor({ caFile })).to.equal("tls_refused");
  });

  it("fails when the other side takes the connection and stays mute", async () => {
    const server = createServer((socket) => socket.resume()).listen(0, "127.0.0.1");
    await once(server, "listening");
    const serverAddr = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await codeFor({ serverAddr }, { ...hastyTiming, connectTimeoutMs: 700 })).to.equal("connect_timeout");
    server.close();
    await once(server, "close");
  });

  it("fails when an option is wrong, before anything is started", async () => {
    const tunnel = bench.tunnel({ domain: "https://lab.ngrok-free.test/" });
    const error = await tunnel.open().catch((reason: Error) => reason);
    expect(error).to.include({ code: "invalid_request", param: "domain" });
    expect(tunnel.status).to.include({ state: "failed" });
  });
});
