import { fork } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { LoopbackEdge } from "../../support/ngrok-edge/loopback-edge.js";
import { skipWithoutAgent, TunnelBench } from "./tunnel-bench.js";

describe("a tunnel whose process cannot be started", function () {
  this.timeout(60_000);
  let bench: TunnelBench;

  before(async function () {
    skipWithoutAgent(this);
    bench = await TunnelBench.start();
  });
  after(async () => bench?.stop());

  it("says so to whoever opens it, and is tried again when it was online; the server lives", async () => {
    const node = join(bench.folder, "starved-node");
    await writeFile(node, `#!/bin/sh\nulimit -n 64\nexec "${process.execPath}" "$@"\n`, { mode: 0o755 });
    const keeper = fork(new URL("./starved-process.ts", import.meta.url), { execPath: node, stdio: "inherit" });
    const { serverAddr, caFile } = bench.edge;
    keeper.send({ target: bench.door.target, authtoken: LoopbackEdge.token, options: { serverAddr, caFile } });
    const [{ told, reconnects }] = (await once(keeper, "message")) as [{ told: string[]; reconnects: string }];
    // with the very last one free the certificates can be read, with none not even these
    expect(told[0]).to.equal("publish_failed true");
    expect(told).to.include("agent_not_started true");
    for (const one of told) expect(one).to.match(/^(publish_failed true|agent_not_started true|agent_died false)$/);
    expect(reconnects).to.equal("back");
    expect(await once(keeper, "exit")).to.deep.equal([0, null]);
  });
});
