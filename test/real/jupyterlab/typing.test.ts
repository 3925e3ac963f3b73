import { expect } from "chai";
import { until } from "../../support/until.js";
import type { NotebookPage } from "./notebook-page.js";
import { useJupyterLab } from "./use-jupyter-lab.js";

const startCell = `import { startLab } from "locallab";\nconst lab = await startLab({ port: 0 });`;

describe("typing in JupyterLab", function () {
  this.timeout(240_000);
  const jupyter = useJupyterLab();

  it("Tab offers the options of a call and the members of a lab", async () => {
    const notebook = await jupyter.open({ cells: [startCell] });
    await notebook.run(0);
    await notebook.typeNew("lab.");
    expect(await offers(notebook)).to.include.members(["chat", "generate", "show", "batch", "models"]);
    await notebook.picture("members");
    await notebook.page.keyboard.press("Escape");
    await notebook.typeNew(`await lab.chat("Hello", { `);
    expect(await offers(notebook)).to.include.members(["max_length", "temperature", "seed"]);
  });

  it("Shift+Tab says what a method does, within its brackets, too, and what an option does", async () => {
    const notebook = await jupyter.open({ cells: [startCell] });
    await notebook.run(0);
    for (const text of ["lab.chat", "await lab.chat(", `await lab.chat("Hello", { `]) {
      await notebook.typeNew(text);
      expect(await tooltip(notebook), text).to.include("Answers a conversation");
    }
    await notebook.typeNew(`await lab.chat("Hello", { max_length: 5`);
    expect(await tooltip(notebook)).to.include("max_length");
    await notebook.picture("shift-tab");
  });

  it("input() asks below the cell, a password unseen, and the cell goes on with what was typed", async () => {
    const notebook = await jupyter.open({
      cells: [`const name = await input("Your name? ");`, `const secret = await input("Key? ", { password: true });`],
    });
    for (const index of [0, 1]) {
      const cell = await notebook.begin(index);
      const field = cell.output.locator("input.jp-Stdin-input");
      await field.waitFor();
      expect((await field.getAttribute("type")) === "password").to.equal(index === 1);
      await field.fill(`typed ${index}`);
      await field.press("Enter");
      await cell.ended();
    }
    expect(await notebook.cell(1).text()).to.not.include("typed");
    expect((await notebook.runNew("[name, secret].join()")).trim()).to.equal("typed 0,typed 1");
  });
});

/** What Tab offers, once it does. */
async function offers(notebook: NotebookPage): Promise<string[]> {
  await notebook.page.keyboard.press("Tab");
  const labels = notebook.page.locator(".jp-Completer:not(.lm-mod-hidden) .jp-Completer-match");
  await until(async () => (await labels.count()) > 0);
  return labels.allInnerTexts();
}

/** What Shift+Tab shows, once it does; closed again. */
async function tooltip(notebook: NotebookPage): Promise<string> {
  await notebook.page.keyboard.press("Shift+Tab");
  const shown = notebook.page.locator(".jp-Tooltip");
  let text = "";
  await until(async () => {
    text = (await shown.allInnerTexts()).join("").trim();
    return text !== "";
  });
  await notebook.page.keyboard.press("Escape");
  return text;
}
