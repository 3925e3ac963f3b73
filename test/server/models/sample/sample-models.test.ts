import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, stat, truncate, utimes, writeFile } from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "chai";
import { sampleVocabulary } from "../../../../src/server/models/sample/sample-language.js";
import { ensureSampleModel, sampleModels } from "../../../../src/server/models/sample/sample-models.js";
import { temporaryFolder } from "../../../support/temp-folder.js";

const program = fileURLToPath(new URL("./ensure-once.ts", import.meta.url));
const modelIds = sampleModels.map(({ id }) => id);

describe("the files of the sample models", () => {
  it("are written into a folder that was not there, byte by byte the same each time, within 10 s", async () => {
    for (const id of modelIds) {
      const began = performance.now();
      const one = await ensureSampleModel(id, join(temporaryFolder(), "new"));
      const milliseconds = performance.now() - began;
      console.log(`      ${id} written in ${milliseconds.toFixed(0)} ms`);
      const other = await ensureSampleModel(id, temporaryFolder());
      expect(isAbsolute(one)).to.equal(true);
      expect((await readFile(one)).equals(await readFile(other))).to.equal(true);
      expect(milliseconds).to.be.lessThan(10_000);
    }
  });

  it("hold at most 380 words in at most 20 MB", async () => {
    for (const id of modelIds) {
      expect((await stat(await ensureSampleModel(id, temporaryFolder()))).size).to.be.within(1e6, 20e6);
      expect(sampleVocabulary(id).words.length).to.be.within(250, 380);
    }
  });

  it("are found again, not written again", async () => {
    const folder = temporaryFolder();
    const path = await ensureSampleModel("sample", folder);
    await utimes(path, 1, 1);
    expect(await ensureSampleModel("sample", folder)).to.equal(path);
    expect((await stat(path)).mtimeMs).to.equal(1000);
  });

  it("are whole again after they were cut, emptied or changed in one bit", async () => {
    const folder = temporaryFolder();
    const path = await ensureSampleModel("sample", folder);
    const whole = await readFile(path);
    const changed = Buffer.from(whole);
    changed[whole.length - 100] = (changed[whole.length - 100] ?? 0) ^ 1;
    const damages = [() => truncate(path, 1000), () => truncate(path, 0), () => writeFile(path, changed)];
    for (const damage of damages) {
      await damage();
      expect(await ensureSampleModel("sample", folder)).to.equal(path);
      expect((await readFile(path)).equals(whole)).to.equal(true);
    }
  });

  it("leave nothing else: unused files of other releases and abandoned ones go, used and foreign ones stay", async () => {
    const folder = temporaryFolder();
    const samples = join(folder, "samples");
    await mkdir(samples);
    const foreign = ["mine.gguf", "sample-of-mine.gguf", "sample-b-0123456789ab.gguf"];
    const current = await ensureSampleModel("sample", folder);
    const unused = ["sample-0123456789ab.gguf", "sample-v1-0123456789ab.gguf"];
    const used = ["sample-ba9876543210.gguf", "sample-v1-ba9876543210.gguf"];
    const abandoned = "sample-v2-0123456789ab.gguf.77-aabbccdd.tmp";
    const young = "sample-v2-0123456789ab.gguf.78-aabbccdd.tmp";
    const daysAgo = (days: number): number => Date.now() / 1000 - days * 86_400;
    for (const name of [...foreign, ...unused, ...used, abandoned, young]) await writeFile(join(samples, name), "x");
    for (const name of [...unused, abandoned]) await utimes(join(samples, name), daysAgo(2.1), daysAgo(9));
    for (const name of used) await utimes(join(samples, name), daysAgo(1.9), daysAgo(9));
    await ensureSampleModel("sample", folder);
    const left = await readdir(samples);
    expect(left).to.have.members([current.slice(samples.length + 1), ...foreign, ...used, young]);
  });

  it("come out whole when several processes and calls want them at once", async function () {
    this.timeout(60_000);
    const folder = temporaryFolder();
    const run = promisify(execFile);
    const processes = [1, 2].map(() => run(process.execPath, ["--import", "tsx", program, folder]));
    const own = await Promise.all(Array.from({ length: 4 }, () => ensureSampleModel("sample", folder)));
    const paths = [...own, ...(await Promise.all(processes)).map(({ stdout }) => stdout.trim())];
    expect(new Set(paths).size).to.equal(1);
    const [path = ""] = paths;
    expect(
      (await readFile(path)).equals(await readFile(await ensureSampleModel("sample", temporaryFolder()))),
    ).to.equal(true);
    expect(await readdir(dirname(path))).to.have.length(1);
  });

  it("are a plain error when the cache folder cannot be written", async () => {
    const file = join(temporaryFolder(), "file");
    await writeFile(file, "");
    const failure = await ensureSampleModel("sample", file).catch((error: NodeJS.ErrnoException) => error.code);
    expect(failure).to.equal("ENOTDIR");
  });
});
