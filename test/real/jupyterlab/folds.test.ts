import { expect } from "chai";
import { useJupyterLab } from "./use-jupyter-lab.js";

describe("folds in JupyterLab", function () {
  this.timeout(240_000);
  const jupyter = useJupyterLab();

  it("stay open while the lab answers and its card changes", async () => {
    const notebook = await jupyter.open({
      cells: [
        `import { startLab } from "locallab";\nconst lab = await startLab({ port: 0 });`,
        `await lab.show("Once upon a time", { max_length: 150, seed: 1 });`,
      ],
    });
    await notebook.run(0);
    const card = notebook.cell(0);
    await card.toggleFold(/Use it from/);
    const cell = await notebook.begin(1);
    await card.says("1 of 4 slots busy");
    expect(await card.isFoldOpen(/Use it from/)).to.equal(true);
    await cell.ended();
    await card.says("ready");
    expect(await card.isFoldOpen(/Use it from/)).to.equal(true);
    await notebook.picture("folds");
  });
});
