import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { engineLibraries } from "../../scripts/llama-server/engine-libraries.mjs";

describe("the engine's libraries", () => {
  it("name what a program is linked with, and the source they were built from", function () {
    if (process.platform !== "linux") return this.skip();
    const { folder, linked, names, source, version } = engineLibraries();
    expect(linked).to.have.length(4);
    expect(names).to.include.members([...linked]);
    expect([...linked.map((name) => join(folder, name)), source].filter((path) => !existsSync(path))).to.deep.equal([]);
    expect(version).to.match(/^\d+\.\d+\.\d+$/);
  });

  it("say where they are missing, and that only Linux has them", () => {
    expect(() => engineLibraries("mac-arm64-metal")).to.throw(
      /on Linux only; this is mac-arm64-metal.*no such libraries in/,
    );
  });
});
