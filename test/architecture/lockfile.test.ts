import { readFileSync } from "node:fs";
import { expect } from "chai";
import { completeLock, missingOptionals, platformOf } from "../../scripts/setup/lockfile.mjs";
import { nodeVersionProblem } from "../../scripts/setup/node-version.mjs";

type Lock = Parameters<typeof completeLock>[0];

const lockText = readFileSync("package-lock.json", "utf8");
const lock = JSON.parse(lockText) as Lock;
const entries = Object.entries(lock.packages);

describe("the lock file", () => {
  it("has an entry for every optional package of every platform", () => {
    expect(missingOptionals(lock)).to.deep.equal([]);
  });

  it("names no address and no registry", () => {
    const addresses = entries.filter(([, { resolved = "" }]) => resolved !== "").map(([path]) => path);
    expect(addresses).to.deep.equal([]);
    expect(lockText).not.to.match(/registry|\.tgz"/);
  });

  it("has the checksum of every package but those only other platforms fetch, and this one", () => {
    const without = entries.filter(([path, { integrity }]) => integrity === undefined && path !== "");
    const needed = without.filter(([, { optional, os }]) => optional !== true || os === undefined);
    expect(needed.map(([path]) => path)).to.deep.equal(["node_modules/locallab"]);
    const here = without.filter(([, { os, cpu }]) => os?.includes("linux") && cpu?.includes("x64"));
    expect(here.map(([, { libc }]) => libc)).to.deep.equal(here.map(() => ["musl"]));
  });

  it("is completed with what npm left out, the platform read from the name", () => {
    const optionalDependencies = { "@maker/linux-x64": "1.2.3", "@maker/mac-arm64-metal": "1.2.3" };
    const linux = { version: "1.2.3", license: "MIT", optional: true, engines: { node: ">=20" } };
    const incomplete: Lock = {
      packages: { "node_modules/maker": { optionalDependencies }, "node_modules/@maker/linux-x64": linux },
    };
    expect(completeLock(incomplete)).to.deep.equal(["@maker/mac-arm64-metal"]);
    expect(incomplete.packages["node_modules/@maker/mac-arm64-metal"]).to.deep.equal({
      ...linux,
      cpu: ["arm64"],
      os: ["darwin"],
    });
    expect(Object.keys(incomplete.packages)[0]).to.equal("node_modules/@maker/linux-x64");
    expect(completeLock(incomplete)).to.deep.equal([]);
  });

  it("reads from names what npm itself recorded about platforms", () => {
    const recorded = entries.filter(
      ([path, { integrity, os }]) => integrity !== undefined && os && /-x64|-arm/.test(path),
    );
    expect(recorded).to.have.lengthOf.at.least(30);
    for (const [path, { os, cpu }] of recorded) {
      const told = platformOf(path.replace(/^.*node_modules\//, ""));
      expect(os, path).to.include.members(told.os ?? []);
      // a package may be of use elsewhere, too: linux-arm64 is offered to x64 for cross-compiling
      expect(cpu, path).to.include.members(told.cpu ?? []);
    }
  });
});

describe("the Node version", () => {
  it("is refused below 20.19 and 22.12 with one sentence that says what to do", () => {
    for (const version of ["12.22.0", "18.20.4", "20.18.3", "21.7.3", "22.11.0"]) {
      expect(nodeVersionProblem(version)).to.match(/^This is Node [\d.]+; LocalLab needs .*nvm install 22"\.$/);
    }
  });

  it("is accepted from there on", () => {
    for (const version of ["20.19.0", "22.12.0", "23.0.0", "24.1.0", process.versions.node]) {
      expect(nodeVersionProblem(version)).to.equal(undefined);
    }
  });

  it("is what package.json says", () => {
    const { engines } = JSON.parse(readFileSync("package.json", "utf8")) as { engines: { node: string } };
    expect(engines.node).to.equal("^20.19.0 || >=22.12.0");
  });
});
