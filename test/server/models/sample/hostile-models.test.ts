import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { type HostileModel, writeHostileModels } from "../../../support/hostile-models.js";
import { runProgram } from "../../../support/run-program.js";
import { temporaryFolder } from "../../../support/temp-folder.js";

const program = fileURLToPath(new URL("../../../support/load-model-once.ts", import.meta.url));
const load = (timeoutMs: number, ...files: readonly string[]) =>
  runProgram(process.execPath, ["--import", "tsx", program, ...files], { timeoutMs });
const sum = async ({ file }: HostileModel): Promise<string> =>
  basename(file) +
  createHash("sha256")
    .update(await readFile(file))
    .digest("hex");

describe("hostile model files", function () {
  this.timeout(180_000);
  const folder = temporaryFolder();
  let models: readonly HostileModel[];
  before(async () => {
    models = await writeHostileModels(folder);
  });

  it("are the same every time, small, and of every kind", async () => {
    const again = await writeHostileModels(temporaryFolder());
    expect(await Promise.all(again.map(sum))).to.deep.equal(await Promise.all(models.map(sum)));
    expect(new Set(models.map(({ expect: ending }) => ending)).size).to.equal(4);
  });

  it("are refused, or load, as they say", async () => {
    const peaceful = models.filter(({ expect: ending }) => ending === "refused" || ending === "loads");
    const { stdout, code } = await load(120_000, ...peaceful.map(({ file }) => file));
    expect(code).to.equal(0);
    expect(peaceful.map(({ file }, place) => `${basename(file)} ${stdout.trim().split("\n")[place]}`)).to.deep.equal(
      peaceful.map(({ file, expect: ending }) => `${basename(file)} ${ending}`),
    );
  });

  it("abort the process that loads them, as they say", async () => {
    const aborting = models.filter(({ expect: ending }) => ending === "aborts");
    const endings = await Promise.all(aborting.map(({ file }) => load(60_000, file)));
    for (const [place, { code, stdout }] of endings.entries()) {
      expect([code === 0, stdout], aborting[place]?.what).to.deep.equal([false, ""]);
    }
  });

  it("never finish, as they say", async () => {
    for (const { file } of models.filter(({ expect: ending }) => ending === "hangs")) {
      const { code, stdout } = await load(8000, file);
      expect([code, stdout], basename(file)).to.deep.equal([null, ""]);
    }
  });
});
