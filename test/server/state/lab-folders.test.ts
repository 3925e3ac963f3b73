import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { absolutePath } from "../../../src/server/state/absolute-path.js";
import { cacheFolder, runtimeFolder } from "../../../src/server/state/lab-folders.js";
import { temporaryFolder } from "../../support/temp-folder.js";

/** The temp folder of this run is known once the tests begin. */
const ofUser = (): string => join(tmpdir(), `locallab-${process.getuid?.()}`);

describe("the folders of a lab", () => {
  let folder: string;
  beforeEach(() => {
    folder = temporaryFolder();
  });

  it("know the home folder where no shell has read the path", () => {
    expect(absolutePath("~")).to.equal(homedir());
    expect(absolutePath("~/models")).to.equal(join(homedir(), "models"));
    expect(absolutePath("~other/models", "/x")).to.equal("/x/~other/models");
    expect(runtimeFolder({ LOCALLAB_RUNTIME_DIR: "~/run" })).to.equal(join(homedir(), "run"));
    expect(cacheFolder({ LOCALLAB_CACHE_DIR: "~/cache" })).to.equal(join(homedir(), "cache"));
  });

  it("for state files are the named one, else the first that can hold private files", () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    const cache = join(folder, "cache");
    expect(runtimeFolder({ LOCALLAB_RUNTIME_DIR: file, XDG_RUNTIME_DIR: folder })).to.equal(file);
    expect(runtimeFolder({ XDG_RUNTIME_DIR: folder, XDG_CACHE_HOME: cache })).to.equal(join(folder, "locallab"));
    expect(runtimeFolder({ XDG_RUNTIME_DIR: file, XDG_CACHE_HOME: cache })).to.equal(join(cache, "locallab", "run"));
    expect(runtimeFolder({ XDG_RUNTIME_DIR: file, LOCALLAB_CACHE_DIR: cache })).to.equal(join(cache, "run"));
    expect(runtimeFolder({ XDG_RUNTIME_DIR: file, XDG_CACHE_HOME: file })).to.equal(ofUser());
  });

  it("for the cache are in the temp folder where the usual one cannot be written", () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    expect(cacheFolder({ XDG_CACHE_HOME: folder })).to.equal(join(folder, "locallab"));
    expect(cacheFolder({ XDG_CACHE_HOME: file })).to.equal(join(ofUser(), "cache"));
    // what was named is meant
    expect(cacheFolder({ LOCALLAB_CACHE_DIR: file })).to.equal(file);
  });

  it("are not one that this user may not write to", function () {
    if (process.getuid?.() === 0) this.skip();
    const closed = join(folder, "closed");
    mkdirSync(closed, { mode: 0o500 });
    expect(runtimeFolder({ XDG_RUNTIME_DIR: closed, XDG_CACHE_HOME: closed })).to.equal(ofUser());
    chmodSync(closed, 0o700);
  });
});
