import { expect } from "chai";
import { useJupyterLab } from "./use-jupyter-lab.js";

const startCell = `import { startLab } from "locallab";\nconst lab = await startLab({ port: 0 });`;
const longCell = `await lab.show("Once upon a time", { max_length: 3000, seed: 1 });`;

describe("a kernel's life in JupyterLab", function () {
  this.timeout(240_000);
  const jupyter = useJupyterLab();

  it("■ keeps the text that stands there and adds one line; the next cell runs", async () => {
    const notebook = await jupyter.open({ cells: [startCell, longCell, `console.log("goes on");`] });
    await notebook.run(0);
    const cell = await notebook.begin(1);
    const before = await cell.says(/^Once upon a time[\s\S]{80}/);
    await notebook.interrupt();
    const after = await cell.ended();
    expect(after.slice(0, 40)).to.equal(before.slice(0, 40));
    expect(after).to.match(/cancelled after/);
    await notebook.picture("interrupted");
    expect((await notebook.run(2)).trim()).to.equal("goes on");
  });

  it("■ keeps what the cell had made before", async () => {
    const notebook = await jupyter.open({ cells: ["const kept = 6 * 7;\nawait new Promise(() => {});", "kept"] });
    await notebook.begin(0);
    await notebook.page.waitForTimeout(1000);
    await notebook.interrupt();
    expect((await notebook.cell(0).ended()).trim()).to.equal("Interrupted.");
    expect((await notebook.run(1)).trim()).to.equal("42");
  });

  it("Restart and Run All finds the lab again, its model still loaded", async () => {
    const notebook = await jupyter.open({
      cells: [startCell, `console.log(lab.url);`, `await lab.show("Once upon a time", { max_length: 20, seed: 1 });`],
    });
    await notebook.run(0);
    const address = await notebook.run(1);
    await notebook.restartAndRunAll();
    await notebook.cell(2).says(/20 tokens/);
    expect(await notebook.cell(1).text()).to.equal(address);
    await notebook.cell(0).says("ready");
  });

  it("F5 in mid-stream: the kernel goes on, and a later cell has the lab's word", async () => {
    const notebook = await jupyter.open({ cells: [startCell, longCell.replace("3000", "300")] });
    await notebook.run(0);
    await (await notebook.begin(1)).says(/^Once upon a time[\s\S]{80}/);
    await notebook.save();
    await notebook.reload();
    expect(await notebook.cell(1).text()).to.include("Once upon a time");
    expect(await notebook.runNew("lab.url")).to.match(/http:\/\/127\.0\.0\.1:\d+/);
    // the page lost what came while it was away; the kernel did not
    const whole = await notebook.runNew("await lab.last");
    expect(whole.length).to.be.greaterThan(600);
    expect(whole)
      .to.include("Once upon a time")
      .and.match(/\d{3} tokens ·/);
  });

  it("closed and opened again: what was saved stands there, and the kernel knows its variables", async () => {
    const notebook = await jupyter.open({ cells: [startCell, `const kept = 6 * 7;`] });
    await notebook.run(0);
    await notebook.run(1);
    await notebook.save();
    await notebook.reopen();
    expect(await notebook.cell(0).text()).to.include("smollm2-135m-instruct");
    expect((await notebook.runNew("kept")).trim()).to.equal("42");
  });
});
