import { expect } from "chai";
import { accessibilityFindings } from "./accessibility.js";
import { cutOutputs } from "./cut-outputs.js";
import { useJupyterLab } from "./use-jupyter-lab.js";

/** Every kind of thing that LocalLab shows, a cell each. */
const cells = [
  `import { startLab } from "locallab";\nconst lab = await startLab({ port: 0 });`,
  `await lab.show("Once upon a time", { max_length: 30, seed: 1 });`,
  `await lab.batch(["The sea", "A cat", "Music", "Fresh bread"], { max_length: 20, seed: 1 })`,
  `await lab.models.list()`,
  `await lab.requests()`,
  `await lab.system()`,
  `await lab.logs()`,
  `await lab.doctor()`,
];

describe("how LocalLab's displays look in JupyterLab", function () {
  this.timeout(300_000);
  const jupyter = useJupyterLab();

  for (const theme of ["light", "dark"] as const) {
    it(`${theme}: nothing is cut at 1280, 800 and 480 pixels, and axe finds nothing`, async () => {
      const notebook = await jupyter.open({ cells, theme });
      for (const index of cells.keys()) await notebook.run(index);
      const findings = await accessibilityFindings(notebook.page);
      // the list of files is for a wide window
      await notebook.toggleSidebar();
      const cut: string[] = [];
      for (const width of [1280, 800, 480]) {
        await notebook.page.setViewportSize({ width, height: 900 });
        for (const index of cells.keys()) {
          await notebook.cell(index).show();
          await notebook.picture(`look-${theme}-${width}-${index}`);
        }
        cut.push(...(await cutOutputs(notebook.page)).map((what) => `${width}: ${what}`));
      }
      expect({ findings, cut }).to.deep.equal({ findings: [], cut: [] });
    });
  }
});
