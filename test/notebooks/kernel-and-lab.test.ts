import { expect } from "chai";
import { ensureBuild } from "../../scripts/setup/build.mjs";
import { skippedParts } from "../../scripts/setup/skip.mjs";
import { processIdentity } from "../../src/server/state/process-identity.js";
import type { SystemInfo } from "../../src/server/wire/system.js";
import { endlessPrompt } from "../support/sample-theory.js";
import { until } from "../support/until.js";
import { endlessContext, endlessOptions, LabKernel, OtherStream } from "./lab-kernel.js";

/** Seconds after which Jupyter ends a kernel by SIGTERM. Source: jupyter_client's shutdown_wait_time, halved. */
const sigtermAfterSeconds = 2.5;

describe("a started lab and the life of its kernel", function () {
  this.timeout(90_000);
  let lab: LabKernel;
  let other: OtherStream | undefined;

  before(async function () {
    if (skippedParts().has("jupyter")) return this.skip();
    await ensureBuild({ log: () => {} });
  });
  beforeEach(async () => {
    lab = await LabKernel.start();
  });
  afterEach(async () => {
    other?.close();
    other = undefined;
    await lab?.end();
  });

  const start = (name: string, options = ""): Promise<unknown> =>
    lab.good(
      `const lab = await startLab({ name: "${name}", port: 0, context: ${endlessContext}, slots: 2${options} });`,
    );

  it("cancels an interrupted show at the engine, while another client's stream goes on", async () => {
    await start("interrupted");
    other = await OtherStream.open(lab.url("interrupted"));
    const cell = await lab.kernel.begin(`await lab.show("${endlessPrompt}", ${JSON.stringify(endlessOptions)});`);
    // above it a card may say that the lab is busy for someone else
    await cell.until(({ shown }) => shown.some(({ states }) => states.length > 2));
    expect((await lab.health("interrupted")).slots.busy).to.equal(2);
    await lab.kernel.interrupt();
    const output = await cell.ended;
    await lab.healthy("interrupted", ({ slots }) => slots.busy === 1);
    await other.goesOn();
    expect(other.ended).to.equal(false);
    expect(output.status).to.equal("error");
    expect(output.shown.map(({ states }) => states.at(-1)).join()).to.match(/cancelled after/);
    other.close();
    await lab.healthy("interrupted", ({ slots }) => slots.busy === 0);
    expect(await lab.printed(`const hello = await currentLab().chat("Hello");\nhello.finish_reason`)).to.equal("stop");
  });

  it("has one card where a cell ends with what it started, and another where a later cell does", async () => {
    const cards = async (code: string): Promise<number> =>
      (await lab.kernel.run(code)).shown.filter(({ states }) => states.at(-1)?.includes("<b>onecard</b>")).length;
    expect(await cards('await startLab({ name: "onecard", port: 0, model: "sample", context: 512 })')).to.equal(1);
    expect(await cards("currentLab()")).to.equal(1);
  });

  it("goes on for another client while a cell computes for two seconds", async () => {
    await start("busy");
    other = await OtherStream.open(lab.url("busy"));
    const began = performance.now();
    await lab.good("const end = Date.now() + 2000;\nwhile (Date.now() < end);");
    const ended = performance.now();
    expect(ended - began).to.be.at.least(2000);
    expect(other.longestGap(began, ended)).to.be.below(1000);
    expect(other.ended).to.equal(false);
  });

  it("is attached again after a restart of the kernel: same server, model still loaded, within a second", async () => {
    await start("lasting");
    const before = { state: lab.state("lasting"), engine: await enginePid(lab.url("lasting")) };
    await lab.kernel.restart();
    await lab.good(`import { startLab } from "locallab";`);
    const took = await lab.printed(
      `const began = Date.now();\nconst lab = await startLab({ name: "lasting" });\nDate.now() - began`,
    );
    console.log(`      attached again in ${took} ms`);
    expect(Number(took)).to.be.below(1000);
    expect(lab.state("lasting")).to.deep.equal(before.state);
    expect(await enginePid(lab.url("lasting"))).to.equal(before.engine);
    expect((await lab.health("lasting")).model).to.equal("sample");
    await lab.good("await lab.stop();");
  });

  it("leaves nothing behind when the kernel is killed and the linger is over", async () => {
    await start("short", ", linger: 1");
    const { pid = 0, processStart: began } = lab.state("short") ?? {};
    const engine = await enginePid(lab.url("short"));
    const { port } = new URL(lab.url("short"));
    expect(processIdentity(pid)).to.equal(began);
    await lab.kernel.kill();
    await until(() => processIdentity(pid) !== began && processIdentity(engine ?? 0) === null);
    expect(lab.state("short")).to.equal(null);
    expect(await fetch(`http://127.0.0.1:${port}/health`).catch(() => "nobody")).to.equal("nobody");
  });

  it("lets the kernel end by itself, without a SIGTERM, with a card on show and a stream under way", async () => {
    await start("open", ", linger: 1");
    await lab.good("lab");
    await lab.good(
      `const reply = lab.generate("${endlessPrompt}", ${JSON.stringify({ ...endlessOptions, background: true })});`,
    );
    const seconds = await lab.kernel.shutdown();
    console.log(`      ended in ${seconds.toFixed(2)} s`);
    expect(seconds).to.be.below(sigtermAfterSeconds);
    await until(() => lab.state("open") === null);
  });
});

async function enginePid(url: string): Promise<number | null> {
  const info = (await (await fetch(`${url}/system/info`)).json()) as SystemInfo;
  return info.engine.pid;
}
