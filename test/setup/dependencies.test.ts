import { readFileSync } from "node:fs";
import { expect } from "chai";
import { ensureDependencies, fits, isWanting, npmCommand } from "../../scripts/setup/dependencies.mjs";
import { thisMachine, uselessEngines } from "../../scripts/setup/engine-packages.mjs";
import { without } from "../../scripts/setup/install-packages.mjs";

const silent = { log: () => {} };
const lock = {
  packages: {
    "": {},
    "node_modules/a": { version: "1.0.0" },
    "node_modules/b": { version: "2.0.0", optional: true },
  },
};

/** Engine packages of the real lock file that remain for a machine. */
function engines(arch: string, cuda: boolean, vulkan: boolean): string[] {
  const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8")) as { packages: Record<string, unknown> };
  const paths = Object.keys(packages);
  const useless = uselessEngines(paths, { arch, cuda, vulkan });
  return paths
    .filter((path) => path.includes("@node-llama-cpp/linux") && !useless.includes(path))
    .map((path) => path.replace(/^.*\//, ""));
}

describe("set-up: dependencies", () => {
  it("finds the installation that runs these tests up to date", async () => {
    const { installed, packages } = await ensureDependencies(silent);
    expect(installed).to.equal(false);
    expect(packages).to.be.greaterThan(100);
  });

  it("accepts an installation without packages that are for other platforms", () => {
    expect(fits(lock, { packages: { "node_modules/a": { version: "1.0.0" } } })).to.equal(true);
  });

  it("refuses an installation with a package missing, of another version, or too many", () => {
    expect(fits(lock, { packages: {} })).to.equal(false);
    expect(fits(lock, { packages: { "node_modules/a": { version: "1.0.1" } } })).to.equal(false);
    const more = { "node_modules/a": { version: "1.0.0" }, "node_modules/c": { version: "1.0.0" } };
    expect(fits(lock, { packages: more })).to.equal(false);
  });

  it("leaves out the engine's libraries for processors and graphics cards that are not here", () => {
    expect(engines("x64", false, false)).to.deep.equal(["linux-x64"]);
    expect(engines("x64", true, false)).to.deep.equal(["linux-x64", "linux-x64-cuda", "linux-x64-cuda-ext"]);
    expect(engines("x64", false, true)).to.deep.equal(["linux-x64", "linux-x64-vulkan"]);
    expect(engines("x64", true, true)).to.have.lengthOf(4);
    expect(engines("arm64", false, false)).to.deep.equal(["linux-arm64"]);
    expect(engines("arm", true, false)).to.deep.equal(["linux-armv7l"]);
    expect(thisMachine().arch).to.equal(process.arch);
  });

  it("leaves every package alone that is not a library of the engine", () => {
    const others = [
      "",
      "node_modules/node-llama-cpp",
      "node_modules/x/node_modules/cuda",
      "node_modules/@x/linux-cuda",
    ];
    expect(uselessEngines(others, { arch: "s390x", cuda: false, vulkan: false })).to.deep.equal([]);
  });

  it("hands npm a lock file in which they are for no system, and keeps the rest of it", () => {
    const before = structuredClone(lock);
    const changed = without(lock, ["node_modules/b"]);
    expect(changed.packages["node_modules/b"]).to.deep.equal({ version: "2.0.0", optional: true, os: ["none"] });
    expect(changed.packages["node_modules/a"]).to.equal(lock.packages["node_modules/a"]);
    expect(lock).to.deep.equal(before);
  });

  it("installs again when what was left out is of use by now, and is not there", () => {
    const without = { packages: {} };
    const complete = { packages: { "node_modules/b": {} } };
    expect(isWanting([], [], without)).to.equal(false);
    expect(isWanting(["node_modules/b"], ["node_modules/b"], without)).to.equal(false);
    expect(isWanting(["node_modules/b"], [], without)).to.equal(true);
    expect(isWanting(["node_modules/b"], [], complete)).to.equal(false);
  });

  it("installs with the npm that runs it, else with the one in PATH", () => {
    const path = "/usr/lib/node_modules/npm/bin/npm-cli.js";
    expect(npmCommand(path)).to.deep.equal([process.execPath, path]);
    expect(npmCommand("/usr/lib/yarn.js")).to.deep.equal(["npm"]);
    expect(npmCommand(undefined)).to.deep.equal(["npm"]);
  });
});
