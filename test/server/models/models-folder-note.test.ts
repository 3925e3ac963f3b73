import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { modelsFolderNote } from "../../../src/server/models/models-folder-note.js";
import { temporaryFolder } from "../../support/temp-folder.js";

describe("what is said of the models folder", () => {
  it("is nothing where models are in it, and that it is empty where none are", async () => {
    const folder = temporaryFolder();
    expect(await modelsFolderNote(folder, true)).to.equal(null);
    expect(await modelsFolderNote(folder, false)).to.equal("It is empty. Put .gguf files there.");
  });

  it("is that it is not there, or not yet", async () => {
    const folder = join(temporaryFolder(), "models");
    expect(await modelsFolderNote(folder, false)).to.match(/^It is not there\. Make it/);
    mkdirSync(folder);
    expect(await modelsFolderNote(folder, false)).to.match(/^It is empty/);
  });

  it("is that a file is in its place, as `cp model.gguf models` leaves it", async () => {
    const folder = join(temporaryFolder(), "models");
    writeFileSync(folder, "GGUF");
    expect(await modelsFolderNote(folder, false)).to.match(/^It is a file, not a folder\. /);
    expect(await modelsFolderNote(join(folder, "below"), false)).to.match(/^It is not there/);
  });

  it("is that it cannot be read, whatever the reason", async () => {
    const folder = join(temporaryFolder(), "x".repeat(300));
    expect(await modelsFolderNote(folder, false)).to.equal("It cannot be read (ENAMETOOLONG).");
  });
});
