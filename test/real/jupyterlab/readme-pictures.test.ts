import { statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { temporaryFolder } from "../../support/temp-folder.js";
import type { Theme } from "./jupyter-lab-server.js";
import { useJupyterLab } from "./use-jupyter-lab.js";

/** Most bytes of a picture in a README that opens fast. */
const mostBytes = 250_000;

const start = `import { startLab } from "locallab";\nconst lab = await startLab({ name: "quickstart", port: 0 });`;
const ask = `await lab.show([{ role: "user", content: "Write a Python function that adds two numbers." }], {
  temperature: 0,
});`;
const list = `const question = "Give me three tips for learning a language, as a short list.";
await lab.show([{ role: "user", content: question }], { temperature: 0, max_length: 200 });`;

interface Scene {
  readonly name: string;
  readonly theme: Theme;
  readonly cells: readonly string[];
  /** Cells that run before those that are shown. */
  readonly before?: readonly string[];
}

const scenes: readonly Scene[] = [
  { name: "first-minute-light", theme: "light", cells: [start, ask, list] },
  { name: "first-minute-dark", theme: "dark", cells: [start, ask, list] },
  {
    name: "conversation",
    theme: "light",
    before: [start],
    cells: [
      `const talk = lab.conversation();\nawait talk.show("What is photosynthesis?", { temperature: 0 });`,
      `await talk.show("Why do plants need light?", { temperature: 0 });`,
    ],
  },
  {
    name: "batch",
    theme: "light",
    before: [start],
    cells: [
      `const subjects = ["The sea is", "A cat is", "Music is", "Fresh bread is", "A city at night is"];\nawait lab.batch(subjects, { max_length: 24, temperature: 0 })`,
      "await lab.requests()",
    ],
  },
];

describe("the README's pictures", function () {
  this.timeout(240_000);
  const jupyter = useJupyterLab();

  for (const { name, theme, cells, before = [] } of scenes) {
    it(`${name} is made by real cells and small; LOCALLAB_README_PICTURES=docs keeps it`, async () => {
      const all = [...before, ...cells];
      const notebook = await jupyter.open({
        cells: all,
        theme,
        scale: 1.5,
        width: 1000,
        height: 900,
        file: `${name}.ipynb`,
      });
      await notebook.toggleSidebar();
      for (const index of all.keys()) await notebook.run(index);
      await notebook.cell(0).says("ready");
      await notebook.cell(before.length).showAtTop();
      const folder = process.env.LOCALLAB_README_PICTURES ?? temporaryFolder();
      const path = join(folder, `${name}.png`);
      await notebook.pictureOfCells(path);
      expect(statSync(path).size).to.be.within(20_000, mostBytes);
    });
  }
});
