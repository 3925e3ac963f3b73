import { expect } from "chai";
import { useJupyterLab } from "./use-jupyter-lab.js";

const load = "%load_ext locallab_notebook";
const start = `%%ts\nimport { startLab } from "locallab";\nconst lab = await startLab({ port: 0 });`;

describe("%%ts in a Python notebook in JupyterLab", function () {
  this.timeout(240_000);
  const jupyter = useJupyterLab();

  it("shows the card and a growing text, and ■ ends the text alone", async () => {
    const notebook = await jupyter.open({
      kernel: "python3",
      cells: [
        load,
        start,
        `%%ts\nawait lab.show("Once upon a time", { max_length: 60, seed: 1 });`,
        `%%ts\nawait lab.show("Once upon a time", { max_length: 3000, seed: 2 });`,
        `print(6 * 7)`,
      ],
    });
    await notebook.run(0);
    await notebook.run(1);
    await notebook.cell(1).says(/smollm2-135m-instruct[\s\S]*ready/);
    const states = await (await notebook.begin(2)).states();
    expect(states.length, `states; the last: ${states.at(-1)}`).to.be.greaterThan(4);
    await notebook.picture("python");
    const cell = await notebook.begin(3);
    await cell.says(/Once upon a time[\s\S]{60}/);
    await notebook.interrupt();
    expect(await cell.ended()).to.include("Once upon a time");
    await cell.says(/cancelled after/);
    await notebook.picture("python-interrupted");
    expect((await notebook.run(4)).trim()).to.equal("42");
  });
});
