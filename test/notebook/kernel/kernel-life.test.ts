import { expect } from "chai";
import { ensureBuild } from "../../../scripts/setup/build.mjs";
import { skippedParts } from "../../../scripts/setup/skip.mjs";
import { FakeLabServer } from "../../support/fake-lab-server.js";
import { Kernel } from "../../support/kernel.js";

describe("a lab and the life of its kernel", () => {
  let fake: FakeLabServer;
  let kernel: Kernel;
  const connect = (): string => `import { connectLab } from "locallab";\nconst lab = await connectLab("${fake.url}");`;

  beforeEach(async function () {
    if (skippedParts().has("jupyter")) return this.skip();
    this.timeout(60_000);
    await ensureBuild({ log: () => {} });
    fake = await FakeLabServer.start();
  });
  afterEach(async () => {
    await kernel?.end();
    await fake?.stop();
  });

  const asked = (prompt: string) => fake.request(({ body }) => body?.prompt === prompt);

  it("lets the kernel end without waiting, with a card on show and streams under way", async () => {
    kernel = await Kernel.start();
    await kernel.run(connect());
    await kernel.run("lab");
    await kernel.run(`const reply = lab.generate("endless", { background: true });`);
    const stream = await asked("endless");
    expect(await kernel.shutdown()).to.be.below(5);
    expect(await stream.outcome).to.equal("left");
  });

  it("outlives a ■ that came while it began", async function () {
    this.timeout(60_000);
    kernel = await Kernel.start();
    await kernel.restart({ interruptAfterSeconds: 0.3 });
    expect((await kernel.run("1 + 1")).value).to.equal("2");
  });

  it("knows the types of names from the cell that came as the kernel began", async () => {
    kernel = await Kernel.start();
    await kernel.run(connect());
    const { error } = await kernel.run("lab.modles");
    expect(error?.evalue).to.equal("Property 'modles' does not exist on type 'Lab'. Did you mean 'models'?");
  });

  it("shows text where LOCALLAB_DISPLAY asks for it", async () => {
    kernel = await Kernel.start({ env: { LOCALLAB_DISPLAY: "text" } });
    await kernel.run(connect());
    const cells = [
      { code: "lab", prints: /· sample · ready\n/ },
      { code: `await lab.show("hi")`, prints: /^Once upon a time\.\n— 4 tokens · .*/ },
      { code: "await lab.models.list()", prints: /^Model +State .*\nsample +loaded/ },
      { code: `await lab.models.load("sample")`, prints: /^sample\n {2}State: loaded/ },
    ];
    for (const { code, prints } of cells) {
      const { stdout, value, error, shown } = await kernel.run(code);
      expect({ error, shown }, code).to.deep.equal({ error: undefined, shown: [] });
      expect(stdout + value, code).to.match(prints);
    }
  });
});
