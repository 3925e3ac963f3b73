import { createServer, type Server } from "node:net";
import { expect } from "chai";
import { ensureBuild } from "../../scripts/setup/build.mjs";
import { skippedParts } from "../../scripts/setup/skip.mjs";
import { LabKernel } from "./lab-kernel.js";

describe("startLab in cells of a real kernel", function () {
  this.timeout(90_000);
  let lab: LabKernel;

  before(async function () {
    if (skippedParts().has("jupyter")) return this.skip();
    await ensureBuild({ log: () => {} });
    lab = await LabKernel.start();
  });
  after(async () => lab?.end());

  it("shows one card that ends on ready, and gives the live lab when run again", async () => {
    const cell = `const main = await startLab({ name: "main", port: 0 });`;
    const { shown, stdout } = await lab.good(cell);
    expect(shown.filter(({ states }) => states.at(-1)?.includes("<b>ready</b>"))).to.have.length(1);
    expect(stdout).to.equal("");
    const before = lab.state("main");
    await lab.good(cell);
    expect(lab.state("main")).to.deep.equal(before);
    expect(
      await lab.printed(`const sea = await main.generate("The sea", { max_length: 30 });\nsea.text.length > 0`),
    ).to.equal("true");
  });

  it("is found by currentLab in the cell after one that threw", async () => {
    const thrown = await lab.kernel.run(
      `const lost = await startLab({ name: "lost", port: 0 });\nthrow new Error("after the start");`,
    );
    expect(thrown.status).to.equal("error");
    expect(thrown.error?.evalue).to.include("after the start");
    expect(await lab.printed("const again = currentLab();\nagain.url")).to.equal(lab.url("lost"));
    expect((await lab.good("await again.stop()")).shown.at(-1)?.states.at(-1)).to.include("Server ended");
  });

  it("runs two labs under two names side by side", async () => {
    await lab.good(
      `const a = await startLab({ name: "a", port: 0 });\nconst b = await startLab({ name: "b", port: 0, model: "sample-b" });`,
    );
    expect(lab.url("a")).to.not.equal(lab.url("b"));
    const asked = `const both = await Promise.all([a.chat("Hello", { temperature: 0 }), b.chat("Hello", { temperature: 0 })]);`;
    await lab.good(asked);
    expect(await lab.printed("both.map(({ model }) => model).join()")).to.equal("sample,sample-b");
    await lab.good("await a.stop();");
    expect(lab.state("a")).to.equal(null);
    expect((await lab.health("b")).model).to.equal("sample-b");
    await lab.good("await b.stop();");
    expect(lab.state("b")).to.equal(null);
  });

  it("takes the next free port when another program has the wanted one, and says so", async () => {
    const other = await listen();
    const { port } = other.address() as { port: number };
    try {
      const { shown } = await lab.good(`const crowded = await startLab({ name: "crowded", port: ${port} });`);
      const used = new URL(lab.url("crowded")).port;
      expect(Number(used)).to.be.greaterThan(port);
      expect(shown.map(({ states }) => states.at(-1)).join()).to.include(
        `Port ${port} is taken by another program: this lab uses ${used}.`,
      );
    } finally {
      await new Promise((resolve) => other.close(resolve));
    }
    await lab.good("await crowded.stop();");
  });

  it("names the lab of mine that has the wanted port", async () => {
    await lab.good(`const held = await startLab({ name: "held", port: 0 });`);
    const { port } = new URL(lab.url("held"));
    const { shown } = await lab.good(`const beside = await startLab({ name: "beside", port: ${port} });`);
    const used = new URL(lab.url("beside")).port;
    expect(shown.map(({ states }) => states.at(-1)).join()).to.include(
      `Port ${port} is used by your lab &quot;held&quot;: this one uses ${used}`,
    );
    await lab.good("await Promise.all([held.stop(), beside.stop()]);");
  });

  it("says what changed when the options did, and restarts on the same port", async () => {
    await lab.good(`const first = await startLab({ name: "changed", port: 0, slots: 2 });`);
    const before = lab.state("changed");
    const { shown } = await lab.good(`const second = await startLab({ name: "changed", slots: 3 });`);
    expect(shown.map(({ states }) => states.at(-1)).join()).to.include("Restarting the lab: slots 2 → 3.");
    const after = lab.state("changed");
    expect(after?.url).to.equal(before?.url);
    expect(after?.pid).to.not.equal(before?.pid);
    expect((await lab.health("changed")).slots.total).to.equal(3);
    await lab.good("await second.stop();");
  });

  it("keeps the lab that runs, model and all, when an option that changed cannot be", async () => {
    await lab.good(`const kept = await startLab({ name: "kept", port: 0 });`);
    const before = lab.state("kept");
    const wrong = [
      { option: "slots: 0", says: 'slots is "0". It must be a whole number from 1 to 64.' },
      { option: `gpu: "banana" as any`, says: 'gpu is "banana".' },
      { option: "context: 1e9", says: 'context is "1000000000".' },
      { option: `modelsDir: "/nowhere"`, says: 'modelsDir is "/nowhere".' },
      { option: `linger: "soon"`, says: 'linger is "soon".' },
    ];
    for (const { option, says } of wrong) {
      const { error } = await lab.kernel.run(`await startLab({ name: "kept", ${option} });`);
      expect(error?.evalue, option).to.include("The lab goes on as it is").and.include(says);
    }
    expect(lab.state("kept")).to.deep.equal(before);
    expect(await lab.printed("(await kept.health()).status")).to.equal("healthy");
    await lab.good("await kept.stop();");
  });

  it("has documentation on hover", async () => {
    const hover = await lab.kernel.hover("startLab", "startLab");
    expect(hover).to.include("Gives the lab of this name, running").and.include("Promise<Lab>");
    expect(hover).to.include("default 8000").and.include("default 120 s");
  });
});

/** A program that has a port, as the lab sees it. */
function listen(): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => resolve(server));
  });
}
