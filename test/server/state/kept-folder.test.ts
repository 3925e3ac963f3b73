import { existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { makeKeptFolder, removeKept } from "../../../src/server/state/kept-folder.js";
import { temporaryFolder } from "../../support/temp-folder.js";

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);
const mayRun = process.platform === "linux";

function place(): { runtimeDir: string; name: string; sharedMemory: string } {
  return { runtimeDir: temporaryFolder(), name: "lab", sharedMemory: temporaryFolder() };
}

describe("the folder of kept conversations", () => {
  before(function () {
    if (!mayRun) this.skip();
  });

  it("is in memory where that has room, and closed to others like the one around it", () => {
    const lab = place();
    const folder = makeKeptFolder(lab, "one", 1000) as string;
    expect(folder.startsWith(lab.sharedMemory)).to.equal(true);
    expect([modeOf(folder), modeOf(join(folder, ".."))]).to.deep.equal(["700", "700"]);
    expect(readdirSync(lab.runtimeDir)).to.deep.equal([]);
  });

  it("is in the runtime folder where there is no file system in memory", () => {
    const lab = { ...place(), sharedMemory: "/proc/none" };
    expect(makeKeptFolder(lab, "one", 1000)).to.equal(join(lab.runtimeDir, "lab.kept", "one"));
  });

  it("is in the runtime folder where another one has put something of that name in memory", () => {
    const lab = place();
    makeKeptFolder(lab, "one", 1000);
    const [name = ""] = readdirSync(lab.sharedMemory);
    removeKept(lab);
    const elsewhere = temporaryFolder();
    symlinkSync(elsewhere, join(lab.sharedMemory, name));
    expect(makeKeptFolder(lab, "one", 1000)).to.equal(join(lab.runtimeDir, "lab.kept", "one"));
    writeFileSync(join(elsewhere, "not ours"), "");
    removeKept(lab);
    expect(readdirSync(elsewhere)).to.deep.equal(["not ours"]);
  });

  it("is another one for a lab of the same name in another runtime folder", () => {
    const lab = place();
    const other = { ...lab, runtimeDir: temporaryFolder() };
    expect(makeKeptFolder(lab, "one", 1000)).to.not.equal(makeKeptFolder(other, "one", 1000));
  });

  it("goes with its engine, and the lab's with the last one", () => {
    const lab = place();
    const [one, other] = ["one", "other"].map((engine) => makeKeptFolder(lab, engine, 1000) as string);
    writeFileSync(join(one as string, "1.state"), "talk");
    removeKept(lab, "one");
    expect([one, other].map((folder) => existsSync(folder as string))).to.deep.equal([false, true]);
    removeKept(lab, "other");
    expect([readdirSync(lab.sharedMemory), readdirSync(lab.runtimeDir)]).to.deep.equal([[], []]);
  });

  it("goes with all that is in it when the lab ends, and with the next one after a kill", () => {
    const lab = place();
    const folder = makeKeptFolder(lab, "one", 1000) as string;
    mkdirSync(join(folder, "deeper"));
    writeFileSync(join(folder, "deeper", "1.state"), "talk");
    removeKept(lab);
    expect([readdirSync(lab.sharedMemory), readdirSync(lab.runtimeDir)]).to.deep.equal([[], []]);
  });
});
