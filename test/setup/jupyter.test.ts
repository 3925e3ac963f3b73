import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { ensureJupyter, findJupyter } from "../../scripts/setup/jupyter.mjs";
import { jupyterAddress, pageAddress } from "../../scripts/setup/jupyter-address.mjs";
import { chooseBase, type PythonFacts, queryPython, serves } from "../../scripts/setup/jupyter-query.mjs";
import { isUnsatisfiable } from "../../scripts/setup/jupyter-venv.mjs";
import { temporaryFolder } from "../support/temp-folder.js";

/** A Python that says this of itself. */
function python(facts: Partial<Record<keyof PythonFacts, unknown>> | undefined): string {
  const path = join(temporaryFolder(), "python");
  const said = { version: [3, 11], runs: true, lab: "4.6.6", classic: false, venv: true, ...facts };
  const answer = facts === undefined ? "exit 1" : `echo 'a warning of site.py'; echo '${JSON.stringify(said)}'`;
  writeFileSync(path, `#!/bin/sh\n${answer}\n`);
  chmodSync(path, 0o755);
  return path;
}

const of = (version: [number, number], more: Partial<PythonFacts> = {}): PythonFacts => ({
  python: `python${version.join(".")}`,
  version,
  runs: false,
  lab: undefined,
  classic: false,
  venv: true,
  ...more,
});

describe("set-up: Jupyter", () => {
  it("is found in the first Python that has JupyterLab 4 and all that executes notebooks", async () => {
    const bare = python(undefined);
    const classic = python({ lab: null, classic: true });
    const old = python({ lab: "3.6.1" });
    const half = python({ runs: false });
    const good = python({});
    const all = [bare, classic, old, half, good];
    const found = await ensureJupyter({ log: () => {}, python: all });
    expect([found.python, found.source]).to.deep.equal([classic, "found"]);
    expect(await findJupyter(all, true)).to.equal(good);
    expect(await findJupyter([bare, half])).to.equal(undefined);
  });

  it("is looked for without importing it", async () => {
    const began = performance.now();
    const facts = await queryPython("/usr/bin/env");
    expect(facts).to.equal(undefined);
    const real = await queryPython("python3");
    expect(real?.version[0]).to.equal(3);
    expect(performance.now() - began).to.be.below(20_000);
  });

  it("shows notebooks in JupyterLab from version 4 on", () => {
    const lab = (version: string | undefined): PythonFacts => of([3, 11], { runs: true, lab: version });
    expect([lab("4.0.0"), lab("5.1"), lab("3.6.8"), lab(undefined)].map((facts) => serves(facts, true))).to.deep.equal([
      true,
      true,
      false,
      false,
    ]);
    expect(serves(lab(undefined), false)).to.equal(true);
    expect(serves(of([3, 11], { lab: "4.6.6" }), true)).to.equal(false);
  });

  it("is installed with the first Python from 3.9 on that makes virtual environments, or it is said what is missing", () => {
    expect(chooseBase([of([3, 8]), of([3, 9], { venv: false }), of([3, 12])]).base?.python).to.equal("python3.12");
    expect(chooseBase([of([3, 10]), of([3, 14])]).base?.python).to.equal("python3.10");
    expect(chooseBase([])).to.deep.equal({ problem: "no python" });
    expect(chooseBase([of([2, 7]), of([3, 8])])).to.deep.equal({ problem: "too old", version: "2.7" });
    expect(chooseBase([of([3, 8]), of([3, 11], { venv: false })])).to.deep.equal({
      problem: "no venv",
      version: "3.11",
    });
  });

  it("is taken unpinned only where the pinned versions cannot be had, not where nothing can", () => {
    expect(isUnsatisfiable("ERROR: ResolutionImpossible: for help visit https://pip.pypa.io/")).to.equal(true);
    const other =
      "ERROR: Could not find a version that satisfies the requirement jupyterlab==4.6.6 (from versions: 4.5.1)";
    expect(isUnsatisfiable(other)).to.equal(true);
    expect(isUnsatisfiable(other.replace("4.5.1", "none"))).to.equal(false);
    // some packages lie in a local folder, the others cannot be reached
    expect(isUnsatisfiable(`WARNING: Retrying after connection broken by 'NewConnectionError'\n${other}`)).to.equal(
      false,
    );
  });

  it("tells its address in the file of its process", async () => {
    const folder = temporaryFolder();
    let looks = 0;
    const info = { url: "http://localhost:8889/user/ann/", token: "abc", port: 8889, pid: 7 };
    const server = await jupyterAddress(7, folder, () => {
      looks += 1;
      if (looks === 1) writeFileSync(join(folder, "jpserver-7.json"), "{");
      if (looks === 2) writeFileSync(join(folder, "jpserver-7.json"), JSON.stringify(info));
      return false;
    });
    expect(server).to.deep.equal({ url: info.url, token: "abc", port: 8889 });
    expect(pageAddress(info, "lab/tree/a b.ipynb")).to.equal(
      "http://localhost:8889/user/ann/lab/tree/a%20b.ipynb?token=abc",
    );
    expect(pageAddress({ url: "http://localhost:1", token: "" }, "lab")).to.equal("http://localhost:1/lab");
    expect(await jupyterAddress(8, folder, () => true)).to.equal(undefined);
  });
});
