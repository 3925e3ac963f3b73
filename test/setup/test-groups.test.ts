import { existsSync } from "node:fs";
import { expect } from "chai";
import { alone, batchesOf, groupOf, pureFiles, real, realAlone, testFiles } from "../../scripts/setup/test-groups.mjs";

describe("set-up: groups of tests", () => {
  it("run every test file there is, each in one group and once", () => {
    const inGroups = (["together", "alone", "real", "realAlone"] as const).flatMap((group) =>
      batchesOf(group).flatMap(({ files }) => files),
    );
    expect(inGroups.sort()).to.deep.equal(testFiles());
    expect(testFiles()).to.include("test/setup/test-groups.test.ts");
  });

  it("name only folders and files that exist", () => {
    expect([...alone, ...real, ...realAlone].filter((entry) => !existsSync(entry))).to.deep.equal([]);
  });

  it("go by folder or by file, not by how a name begins", () => {
    expect(groupOf("test/notebooks/looks.test.ts")).to.equal("alone");
    expect(groupOf("test/notebooks-of-others/looks.test.ts")).to.equal("together");
    expect(groupOf("test/publish/published-life.test.ts")).to.equal("alone");
    expect(groupOf("test/real/storm.test.ts")).to.equal("realAlone");
    expect(groupOf("test/real/exact.test.ts")).to.equal("real");
    expect(groupOf("test/a-room-of-tomorrow/it.test.ts")).to.equal("together");
  });

  it("put a room into one process, some rooms of few files together, and begin with what took longest", () => {
    const files = ["test/server/a/1", "test/server/a/2", "test/server/a/3", "test/server/a/4", "test/b/1", "test/c/1"];
    expect(batchesOf("together", { "test/b/1": 9 }, files)).to.deep.equal([
      { name: "test/b test/c", files: ["test/b/1", "test/c/1"] },
      { name: "test/server/a", files: files.slice(0, 4) },
    ]);
    expect(batchesOf("together", { "test/server/a/2": 60 }, files)[0]?.name).to.equal("test/server/a");
    const rooms = ["b", "c", "d"].flatMap((room) => [1, 2, 3].map((file) => `test/${room}/${file}`));
    expect(batchesOf("together", {}, rooms).map(({ name }) => name)).to.deep.equal(["test/b test/c", "test/d"]);
  });

  it("give each test of minutes a process of its own", () => {
    const files = ["test/real/exact.test.ts", "test/real/talks.test.ts"];
    expect(batchesOf("real", {}, files)).to.have.deep.members(files.map((file) => ({ name: file, files: [file] })));
  });

  it("hold rooms for the quick check that need no process", () => {
    expect(pureFiles())
      .to.include("test/architecture/floors.test.ts")
      .and.include("test/server/schema/said-twice.test.ts");
    expect(pureFiles().filter((file) => groupOf(file) !== "together")).to.deep.equal([]);
  });
});
