import { expect } from "chai";
import { accessibilityFindings } from "./accessibility.js";
import { useJupyterLab } from "./use-jupyter-lab.js";

describe("the first minute in JupyterLab", function () {
  this.timeout(240_000);
  const jupyter = useJupyterLab();

  it("a card, a text that grows before one's eyes, a conversation", async () => {
    const notebook = await jupyter.open({
      cells: [
        `import { startLab } from "locallab";\nconst lab = await startLab({ port: 0 });`,
        `await lab.show("Once upon a time", { max_length: 120, seed: 1 });`,
        `const talk = lab.conversation("Answer in short sentences.");\nawait talk.show("Why is the sea salty?", { max_length: 60, seed: 1 });`,
        `await talk.show("And lakes?", { max_length: 40, seed: 1 });`,
      ],
    });
    expect(await notebook.run(0)).to.match(/smollm2-135m-instruct[\s\S]*ready/);
    await notebook.picture("card-light");
    const states = await (await notebook.begin(1)).states();
    const growing = states.filter((text) => text.startsWith("Once upon a time"));
    expect(growing.length, `states of the output; the last: ${states.at(-1)}`).to.be.greaterThan(4);
    expect(growing.at(-1)).to.match(/120 tokens · [\d.]+ tokens\/s/);
    await notebook.run(2);
    await notebook.run(3);
    await notebook.picture("first-minute-light");
  });

  it("is read by everybody while it grows: axe finds nothing in the middle of a stream", async () => {
    const notebook = await jupyter.open({
      cells: [
        `import { startLab } from "locallab";\nconst lab = await startLab({ port: 0 });`,
        `await lab.show("Once upon a time", { max_length: 3000, seed: 1 });`,
      ],
    });
    await notebook.run(0);
    const cell = await notebook.begin(1);
    await cell.says(/^Once upon a time[\s\S]{80}/);
    expect(await accessibilityFindings(notebook.page)).to.deep.equal([]);
    expect(await cell.prompt()).to.equal("[*]:");
    await notebook.interrupt();
    await cell.ended();
  });
});
