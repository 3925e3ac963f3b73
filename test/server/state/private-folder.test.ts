import { chmodSync, mkdirSync, mkdtempSync, rmdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import {
  canHoldPrivateFiles,
  FolderError,
  makeFolder,
  makePrivateFolder,
} from "../../../src/server/state/private-folder.js";
import { temporaryFolder } from "../../support/temp-folder.js";

const isRoot = process.getuid?.() === 0;

function refusal(work: () => void): string {
  try {
    work();
  } catch (error) {
    if (error instanceof FolderError) return error.message;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("a private folder", () => {
  let folder: string;
  beforeEach(() => {
    folder = temporaryFolder();
  });

  it("is made with those above it, closed to others", () => {
    makePrivateFolder(join(folder, "a", "b"));
    expect(statSync(join(folder, "a", "b")).mode & 0o777).to.equal(0o700);
    expect(canHoldPrivateFiles(join(folder, "a", "b", "c"))).to.equal(true);
  });

  it("is refused below a file, where it is a file, and where it is a link", () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    mkdirSync(join(folder, "real"));
    symlinkSync(join(folder, "real"), join(folder, "link"));
    expect(refusal(() => makePrivateFolder(join(file, "run")))).to.contain("cannot be made");
    expect(refusal(() => makePrivateFolder(file))).to.contain("is not a folder");
    expect(refusal(() => makePrivateFolder(join(folder, "link")))).to.contain("is a link");
    for (const place of [join(file, "run"), file, join(folder, "link")]) {
      expect(canHoldPrivateFiles(place), place).to.equal(false);
    }
  });

  it("is refused below /proc and /dev/null without spinning", function () {
    if (process.platform !== "linux") this.skip();
    expect(refusal(() => makePrivateFolder("/proc/self/run/deep"))).to.contain("cannot be made");
    expect(refusal(() => makePrivateFolder("/dev/null/run"))).to.contain("cannot be made");
    expect(canHoldPrivateFiles("/proc/run")).to.equal(false);
  });

  it("is never one that all users share, and that one's mode stays", () => {
    chmodSync(folder, 0o1777);
    expect(refusal(() => makePrivateFolder(folder))).to.contain("shared by all users");
    expect(statSync(folder).mode & 0o7777).to.equal(0o1777);
  });

  it("is not another user's, and that one's mode stays", async function () {
    // only root can give a folder away
    if (!isRoot) this.skip();
    const { chownSync } = await import("node:fs");
    const theirs = mkdtempSync(join(tmpdir(), "locallab-theirs-"));
    try {
      chmodSync(theirs, 0o777);
      chownSync(theirs, 65534, 65534);
      expect(refusal(() => makePrivateFolder(theirs))).to.contain("belongs to user 65534");
      expect(statSync(theirs).mode & 0o777).to.equal(0o777);
      expect(canHoldPrivateFiles(theirs)).to.equal(false);
    } finally {
      rmdirSync(theirs);
    }
  });

  it("is made by several at the same moment", () => {
    makeFolder(join(folder, "a"));
    makeFolder(join(folder, "a"));
    expect(statSync(join(folder, "a")).isDirectory()).to.equal(true);
  });
});
