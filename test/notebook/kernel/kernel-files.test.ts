import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "chai";
import type { Kernel } from "../../support/kernel.js";
import { kernelForAll } from "../../support/kernel-for-all.js";
import { temporaryFolder } from "../../support/temp-folder.js";

describe("a kernel while files change beside it", function () {
  this.timeout(60_000);
  let kernel: Kernel;

  kernelForAll((started) => {
    kernel = started;
  });

  it("runs the next cells when the package.json of an imported package changes", async () => {
    const folder = temporaryFolder();
    const manifest = (version: string): void =>
      writeFileSync(join(folder, "package.json"), JSON.stringify({ version, main: "main.js", types: "main.d.ts" }));
    manifest("1.0.0");
    writeFileSync(join(folder, "main.js"), "exports.one = 1;\n");
    writeFileSync(join(folder, "main.d.ts"), "export declare const one: number;\n");
    expect((await kernel.run(`import { one } from "${folder}/main.js";\none`)).value).to.equal("1");
    manifest("1.0.1");
    // the compiler hears of it by a look every 250 ms, or by the system
    await pause(2000);
    for (const code of ["one + 1", "one + 2"]) {
      const { status, error } = await kernel.run(code);
      expect({ status, error }).to.deep.equal({ status: "ok", error: undefined });
    }
  });
});
