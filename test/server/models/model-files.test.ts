import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { findModelFiles, quantizationOf } from "../../../src/server/models/model-files.js";
import { ModelRegistry } from "../../../src/server/models/model-registry.js";

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

  it("remembers a bad file until the file changes", async () => {
    put("a.gguf");
    const registry = new ModelRegistry(folder, outside);
    const source = await registry.find("a");
    registry.markBad(source, "broken");
    expect(registry.badReason(await registry.find("a"))).to.equal("broken");
    put("a.gguf", 11);
    expect(registry.badReason(await registry.find("a"))).to.equal(null);
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
