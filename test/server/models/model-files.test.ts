import { mkdirSync, mkdtempSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { findModelFiles, quantizationOf } from "../../../src/server/models/model-files.js";
import { ModelRegistry } from "../../../src/server/models/model-registry.js";
import { testCaller } from "../../support/requests.js";
import { runProgram } from "../../support/run-program.js";

describe("the models folder", () => {
  let folder: string;
  let outside: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "locallab-models-"));
    outside = mkdtempSync(join(tmpdir(), "locallab-outside-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
    rmSync(outside, { recursive: true, force: true });
  });
  const put = (path: string, bytes = 10): void => {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), Buffer.alloc(bytes));
  };

  it("names files by their path below it, without .gguf", async () => {
    put("a.gguf");
    put("qwen/b-Q4_K_M.GGUF", 20);
    put("notes.txt");
    const files = await findModelFiles(folder);
    expect([...files.keys()].sort()).to.deep.equal(["a", "qwen/b-Q4_K_M"]);
    expect(files.get("qwen/b-Q4_K_M")?.sizeBytes).to.equal(20);
  });

  it("shows a split model once, with the size of all its parts", async () => {
    for (const part of ["00001", "00002", "00003"]) put(`big-${part}-of-00003.gguf`, 7);
    const files = await findModelFiles(folder);
    expect([...files.keys()]).to.deep.equal(["big"]);
    expect(files.get("big")?.sizeBytes).to.equal(21);
    expect(files.get("big")?.path).to.match(/00001-of-00003\.gguf$/);
  });

  it("follows links out of the folder, to files and to folders, and says of a dead one that it is", async () => {
    mkdirSync(join(outside, "sub"));
    for (const name of ["a.gguf", "sub/b.gguf"]) writeFileSync(join(outside, name), "x");
    symlinkSync(join(outside, "a.gguf"), join(folder, "a.gguf"));
    symlinkSync(join(outside, "sub"), join(folder, "linked"));
    symlinkSync(join(folder, "gone"), join(folder, "dead.gguf"));
    put("real.gguf");
    symlinkSync(join(folder, "real.gguf"), join(folder, "alias.gguf"));
    const files = await findModelFiles(folder);
    expect([...files.keys()].sort()).to.deep.equal(["a", "alias", "dead", "linked/b", "real"]);
    expect(files.get("a")?.path, "by the name it has here").to.equal(join(folder, "a.gguf"));
    expect(files.get("dead")?.incomplete).to.match(/link to something that is not there/);
    expect(files.get("alias")?.incomplete).to.equal(null);
  });

  it("is a link itself, or the folder of a split model whose parts are links to files without names", async () => {
    for (const sub of ["blobs", "snapshots/rev"]) mkdirSync(join(outside, sub), { recursive: true });
    for (const part of [1, 2]) {
      writeFileSync(join(outside, "blobs", `hash${part}`), "xx");
      symlinkSync(`../../blobs/hash${part}`, join(outside, `snapshots/rev/m-q8_0-0000${part}-of-00002.gguf`));
    }
    symlinkSync(outside, join(folder, "hub"));
    const file = (await findModelFiles(join(folder, "hub"))).get("snapshots/rev/m-q8_0");
    expect(file?.parts.map(({ path }) => basename(path))).to.deep.equal([
      "m-q8_0-00001-of-00002.gguf",
      "m-q8_0-00002-of-00002.gguf",
    ]);
    expect(file).to.include({ incomplete: null, sizeBytes: 4 });
    rmSync(join(outside, "blobs/hash2"));
    const cut = (await findModelFiles(folder)).get("hub/snapshots/rev/m-q8_0");
    expect(cut?.incomplete, "the link is there, its part is not").to.match(/part 2 of 2 is missing/);
  });

  it("is searched to its end where links lead round in circles, and each file is found", async () => {
    put("a/b/c/deep.gguf");
    put("1/2/3/4/5/6/7/8/deepest.gguf");
    symlinkSync(folder, join(folder, "a/b/up"));
    symlinkSync("..", join(folder, "a/b/c/parent"));
    symlinkSync("loop", join(folder, "loop"));
    const names = Array.from({ length: 12 }, (_, index) => `n${index}`);
    for (const name of names) {
      put(`${name}/m.gguf`);
      for (const other of names) symlinkSync(join(folder, other), join(folder, name, `to-${other}`));
    }
    const began = performance.now();
    const ids = [...(await findModelFiles(folder)).keys()];
    expect(performance.now() - began).to.be.lessThan(20_000);
    expect(ids).to.include.members(["a/b/c/deep", "1/2/3/4/5/6/7/8/deepest", ...names.map((name) => `${name}/m`)]);
    expect(ids.length, "a folder has four names at most").to.be.lessThan(100);
  });

  it("has nothing of the kernel's folders, and nothing of what is no file", async () => {
    symlinkSync("/proc/self", join(folder, "kernel"));
    symlinkSync("/dev/null", join(folder, "null.gguf"));
    mkdirSync(join(folder, "folder.gguf"));
    put("folder.gguf/inside.gguf");
    expect([...(await findModelFiles(folder)).keys()]).to.deep.equal(["folder.gguf/inside"]);
  });

  it("spells ids as a keyboard does, whatever the disk does, and gives each file one of its own", async () => {
    put("cafe\u0301.gguf");
    expect([...(await findModelFiles(folder)).keys()]).to.deep.equal(["caf\u00e9"]);
    put("caf\u00e9.gguf");
    put("b.GGUF");
    put("b.gguf");
    expect([...(await findModelFiles(folder)).keys()].sort()).to.deep.equal(
      ["b", "b.gguf", "caf\u00e9", "caf\u00e9.gguf"].sort(),
    );
  });

  it("is not called empty by a process that has no descriptor left", async function () {
    this.timeout(60_000);
    put("mine.gguf");
    const script = fileURLToPath(new URL("list-without-descriptors.ts", import.meta.url));
    const command = 'ulimit -n 80 && exec "$0" --import tsx "$1" "$2"';
    const { stdout } = await runProgram("sh", ["-c", command, process.execPath, script, folder], { timeoutMs: 50_000 });
    expect(JSON.parse(stdout)).to.deep.equal(["model_load_interrupted", "mine"]);
  });

  it("is read two times for a hundred who ask at once, and afresh for who asks later", async () => {
    put("a.gguf");
    const registry = new ModelRegistry({ modelsDir: folder, cacheDir: folder });
    const first = registry.survey();
    const others = await Promise.all(Array.from({ length: 99 }, () => registry.survey()));
    expect(new Set(others).size).to.equal(1);
    expect(others[0]).to.not.equal(await first);
    put("b.gguf");
    expect((await registry.survey()).map(({ source: { id } }) => id)).to.include.members(["a", "b"]);
  });

  it("is empty when it does not exist", async () => {
    expect((await findModelFiles(join(folder, "nowhere"))).size).to.equal(0);
  });

  for (const id of [
    "../../etc/passwd",
    "/etc/passwd",
    "%2e%2e%2fetc",
    "a\0b",
    "\\\\host\\share",
    "",
    "..",
    "__proto__",
  ]) {
    it(`has no model called ${JSON.stringify(id)}`, async () => {
      put("a.gguf");
      const error = await new ModelRegistry({ modelsDir: folder, cacheDir: outside })
        .find(id, testCaller)
        .catch((reason: unknown) => reason);
      expect(error).to.include({ code: "model_not_found", param: "model_id" });
    });
  }

  it("remembers what an engine said of a file until the file changes, or somebody loads it anew", async () => {
    put("a.gguf");
    const registry = new ModelRegistry({ modelsDir: folder, cacheDir: outside });
    const looked = { header: undefined, kind: null, facts: null, problem: null, isBad: false };
    const problem = async (options?: string): Promise<string | undefined> =>
      registry.problem(await registry.find("a"), looked, options)?.reason;
    registry.blame(await registry.find("a"), "Broken.", null);
    expect(await problem("any")).to.equal("Broken.");
    await registry.inspect(await registry.find("a"), { afresh: true });
    expect(await problem("any")).to.equal(undefined);
    registry.blame(await registry.find("a"), "Broken.", "large");
    expect(await problem("large")).to.equal("Broken.");
    expect(await problem("small"), "other options").to.equal(undefined);
    expect(await problem(), "in the list").to.equal("Broken.");
    put("a.gguf", 11);
    expect(await problem()).to.equal(undefined);
  });

  it("counts a file as another one when one of the same size and time is put in its place", async () => {
    put("a.gguf");
    const before = (await findModelFiles(folder)).get("a")?.version;
    put("new", 10);
    const { atime, mtime } = statSync(join(folder, "a.gguf"));
    utimesSync(join(folder, "new"), atime, mtime);
    renameSync(join(folder, "new"), join(folder, "a.gguf"));
    expect((await findModelFiles(folder)).get("a")?.version).to.not.equal(before);
  });

  it("says which parts of a split model are missing, until they are there", async () => {
    put("big-00001-of-00003.gguf", 7);
    const registry = new ModelRegistry({ modelsDir: folder, cacheDir: outside });
    expect((await registry.find("big")).incomplete).to.equal("1 of 3 parts are there: parts 2, 3 of 3 are missing.");
    put("big-00003-of-00003.gguf", 7);
    const second = await registry.find("big");
    expect(second.incomplete).to.equal("2 of 3 parts are there: part 2 of 3 is missing.");
    expect(registry.problem(second, await registry.inspect(second))).to.include({ kind: "incomplete" });
    put("big-00002-of-00003.gguf", 7);
    const whole = await registry.find("big");
    expect(whole.incomplete).to.equal(null);
    put("big-00002-of-00003.gguf", 8);
    expect((await registry.find("big")).version).to.not.equal(whole.version);
  });

  it("lists a split model whose first part is missing", async () => {
    put("big-00002-of-00002.gguf", 7);
    expect((await new ModelRegistry({ modelsDir: folder, cacheDir: outside }).find("big")).incomplete).to.match(
      /^1 of 2 parts .*part 1 of 2 is missing/,
    );
  });

  it("lists the sample models first, and a file of their name under its whole name", async () => {
    put("sample.gguf");
    const ids = (await new ModelRegistry({ modelsDir: folder, cacheDir: outside }).list()).map((source) => source.id);
    expect(ids).to.deep.equal(["sample", "sample-b", "sample.gguf"]);
  });
});

describe("quantizationOf", () => {
  for (const [name, expected] of [
    ["qwen2.5-0.5b-instruct-q4_k_m", "Q4_K_M"],
    ["llama-3.2-1B.IQ2_XS", "IQ2_XS"],
    ["model-f16", "F16"],
    ["gpt-oss-MXFP4", "MXFP4"],
    ["plain", null],
    ["faq4you", null],
  ] as const) {
    it(`reads ${expected} from ${name}`, () => expect(quantizationOf(name)).to.equal(expected));
  }
});
