import { readFileSync } from "node:fs";
import { expect } from "chai";

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

describe("the Python package", () => {
  const project = read("scripts/python/pyproject.toml");

  it("has the version of this one", () => {
    const { version } = JSON.parse(read("package.json")) as { version: string };
    expect(/^version = "(.*)"$/m.exec(project)?.[1]).to.equal(version);
  });

  it("needs Python 3.9, and what a Python kernel has", () => {
    expect(/^requires-python = "(.*)"$/m.exec(project)?.[1]).to.equal(">=3.9");
    expect(/^dependencies = (.*)$/m.exec(project)?.[1]).to.equal('["ipython>=7.34", "jupyter_client>=7"]');
  });
});
