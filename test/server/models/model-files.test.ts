import { mkdirSync, mkdtempSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { findModelFiles, quantizationOf } from "../../../src/server/models/model-files.js";
import { ModelRegistry } from "../../../src/server/models/model-registry.js";
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

  it("leaves out links that lead out of the folder, and links that lead nowhere", async () => {
    writeFileSync(join(outside, "secret.gguf"), "x");
    symlinkSync(join(outside, "secret.gguf"), join(folder, "leak.gguf"));
    symlinkSync(join(folder, "gone"), join(folder, "dead.gguf"));
    put("real.gguf");
    symlinkSync(join(folder, "real.gguf"), join(folder, "alias.gguf"));
    expect([...(await findModelFiles(folder)).keys()].sort()).to.deep.equal(["alias", "real"]);
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
    const registry = new ModelRegistry(folder, folder);
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
      const error = await new ModelRegistry(folder, outside).find(id).catch((reason: unknown) => reason);
      expect(error).to.include({ code: "model_not_found", param: "model_id" });
    });
  }

  it("remembers what an engine said of a file until the file changes, or somebody loads it anew", async () => {
    put("a.gguf");
    const registry = new ModelRegistry(folder, outside);
    const looked = { header: undefined, problem: null, isBad: false };
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
    const registry = new ModelRegistry(folder, outside);
    expect((await registry.find("big")).incomplete).to.equal("1 of 3 parts are there: parts 2, 3 are missing.");
    put("big-00003-of-00003.gguf", 7);
    const second = await registry.find("big");
    expect(second.incomplete).to.equal("2 of 3 parts are there: part 2 is missing.");
    expect(registry.problem(second, await registry.inspect(second))).to.include({ kind: "incomplete" });
    put("big-00002-of-00003.gguf", 7);
    const whole = await registry.find("big");
    expect(whole.incomplete).to.equal(null);
    put("big-00002-of-00003.gguf", 8);
    expect((await registry.find("big")).version).to.not.equal(whole.version);
  });

  it("lists a split model whose first part is missing", async () => {
    put("big-00002-of-00002.gguf", 7);
    expect((await new ModelRegistry(folder, outside).find("big")).incomplete).to.match(
      /^1 of 2 parts .*part 1 is missing/,
    );
  });

  it("leaves out a folder whose name only begins like the models folder's", async () => {
    const sibling = `${folder}-evil`;
    mkdirSync(sibling);
    writeFileSync(join(sibling, "a.gguf"), "x");
    symlinkSync(join(sibling, "a.gguf"), join(folder, "link.gguf"));
    expect((await findModelFiles(folder)).size).to.equal(0);
    rmSync(sibling, { recursive: true });
  });

  it("lists the sample models first, and they cannot be shadowed", async () => {
    put("sample.gguf");
    const ids = (await new ModelRegistry(folder, outside).list()).map((source) => source.id);
    expect(ids).to.deep.equal(["sample", "sample-b"]);
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
