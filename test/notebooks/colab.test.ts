import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { ensureBuild } from "../../scripts/setup/build.mjs";
import { skippedParts } from "../../scripts/setup/skip.mjs";
import { runProgram } from "../support/run-program.js";
import { temporaryFolder } from "../support/temp-folder.js";
import { freePort } from "./free-port.js";
import { jupyterPython, labEnvironment } from "./jupyter-program.js";

const project = fileURLToPath(new URL("../..", import.meta.url));
const page = readFileSync(join(project, "docs/colab.md"), "utf8");

/** The page's Python cells, with the places of a test in place of Colab's. */
function cells(port: number): string {
  const places = [
    ['FOLDER = "/content/locallab"', `FOLDER = ${JSON.stringify(project)}`],
    ['LOG = "/content/locallab.log"', `LOG = ${JSON.stringify(join(temporaryFolder(), "lab.log"))}`],
    ["PORT = 8000", `PORT = ${port}`],
  ] as const;
  const code = [...page.matchAll(/^```python\n(.*?)^```$/gms)].map(([, cell = ""]) => cell);
  return places.reduce((text, [old, now]) => {
    expect(text).to.include(old);
    return text.replace(old, now);
  }, code.join("\n"));
}

describe("the cells for Colab", function () {
  this.timeout(90_000);

  it("start the lab as a process, ask it, and end it", async function () {
    if (skippedParts().has("jupyter")) return this.skip();
    await ensureBuild({ log: () => {} });
    const { env } = labEnvironment();
    const wait = "import sys; sys.exit(server.wait(timeout=20))";
    const code = `${cells(await freePort())}\n${wait}\n`;
    const options = { env: { ...env, LOCALLAB_RATE_LIMIT: "off" }, timeoutMs: 80_000 };
    const { code: exit, stdout, stderr } = await runProgram(await jupyterPython(), ["-c", code], options);
    expect({ exit, stderr }).to.deep.equal({ exit: 0, stderr: "" });
    const [continued = "", chatted = ""] = stdout.split("\n");
    expect(continued).to.match(/\w{3}/);
    expect(chatted).to.match(/\w{3}/);
  });
});
