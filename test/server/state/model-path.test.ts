import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { readSettings } from "../../../src/server/settings/read-settings.js";
import { isModelPath, modelAsTyped } from "../../../src/server/state/model-path.js";
import { rejection } from "../../support/rejection.js";

describe("a model as it was typed", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "locallab-typed-"));
    writeFileSync(join(folder, "Here.gguf"), "x");
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const name of ["sample", "deep/model", "model.gguf", "auto", "a..b", ".hidden", "~x"]) {
    it(`is an id: ${name}`, () => {
      expect(isModelPath(name)).to.equal(false);
      expect(modelAsTyped(name, folder)).to.equal(name);
    });
  }

  it("is a path where it begins as one, and begins at the folder it was typed in", () => {
    expect(modelAsTyped("/a/b.gguf", folder)).to.equal("/a/b.gguf");
    expect(modelAsTyped("~/m/b.gguf", folder)).to.equal(join(homedir(), "m/b.gguf"));
    expect(modelAsTyped("./x.gguf", folder)).to.equal(join(folder, "x.gguf"));
    expect(modelAsTyped("../x.gguf", folder)).to.equal(join(folder, "../x.gguf"));
    expect(modelAsTyped("..", folder), "a folder, of which more is said than that no model has this name").to.equal(
      join(folder, ".."),
    );
    expect([".", "~"].map((name) => modelAsTyped(name, folder))).to.deep.equal([folder, homedir()]);
  });

  it("is a path where such a file is in the folder it was typed in", () => {
    expect(modelAsTyped("Here.gguf", folder)).to.equal(join(folder, "Here.gguf"));
    expect(modelAsTyped("Here", folder), "an id, as far as anybody knows").to.equal("Here");
  });

  it("is that in the settings, too; a file in the place of the models folder is refused with the way out", async () => {
    expect(readSettings({ model: "~/b.gguf" }, {}).model).to.equal(join(homedir(), "b.gguf"));
    const file = join(folder, "Here.gguf");
    const refused = rejection(Promise.resolve().then(() => readSettings({ "models-dir": file }, {})));
    expect((await refused).message).to.equal(
      `--models-dir is "${file}". It must be a folder that can be read (it is a file: name its folder, or the model by --model ${file}).`,
    );
  });
});
