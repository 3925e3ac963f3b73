import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "chai";
import { createLog } from "../../../../src/server/log.js";
import { FileInspector, type ReadHeader } from "../../../../src/server/models/file-inspector.js";
import { readGgufHeader } from "../../../../src/server/models/gguf-header.js";
import { KeptInspections } from "../../../../src/server/models/headers/kept-inspections.js";
import { GgufWriter } from "../../../../src/server/models/sample/gguf-writer.js";
import { until } from "../../../support/until.js";

describe("what headers said", function () {
  this.timeout(60_000);
  let cacheDir: string;
  beforeEach(() => {
    cacheDir = mkdtempSync(join(tmpdir(), "locallab-kept-"));
  });
  afterEach(() => rmSync(cacheDir, { recursive: true, force: true }));
  const kept = (): KeptInspections => new KeptInspections({ cacheDir, modelsDir: "/models" }, createLog("silent"));
  const files = (): string[] => readdirSync(cacheDir, { recursive: true }).map(String);
  const model = (): { path: string; sizeBytes: number; version: string } => {
    const path = join(cacheDir, "m.gguf");
    const writer = new GgufWriter().string("general.architecture", "llama").string("general.name", "Kept");
    writer.tensor({ name: "w", dims: [64], type: "F32", data: () => [new Uint8Array(256)] });
    writeFileSync(path, Buffer.concat([...writer.bytes()]));
    return { path, sizeBytes: statSync(path).size, version: "1" };
  };
  let reads = 0;
  const counting: ReadHeader = (path, sizeBytes) => {
    reads += 1;
    return readGgufHeader(path, sizeBytes);
  };

  it("is known to the next server without reading, until the file changes", async () => {
    const part = model();
    const many = new FileInspector(counting, kept());
    for (let version = 2; version <= 32; version++) await many.inspect([{ ...part, version: `v${version}` }]);
    const first = await many.inspect([part]);
    await until(() => files().some((name) => name.endsWith(".json")));
    reads = 0;
    const next = new FileInspector(counting, kept());
    expect(await next.inspect([part])).to.deep.equal(first);
    expect(first.header?.values.get("general.name")).to.equal("Kept");
    expect(reads).to.equal(0);
    await next.inspect([{ ...part, version: "2" }]);
    await next.inspect([part], { afresh: true });
    expect(reads, "another version, and a load by name").to.equal(2);
  });

  it("is not kept for a few models, which are quickly looked into again", async () => {
    await new FileInspector(readGgufHeader, kept()).inspect([model()]);
    await pause(1500);
    expect(files()).to.deep.equal(["m.gguf"]);
  });

  it("is forgotten where what was kept is damaged, and costs nothing where nothing can be kept", async () => {
    await kept().write(new Map());
    const [name] = files().filter((file) => file.endsWith(".json"));
    for (const content of ["{", "[1]", "{}", '[["k",null,null]]', "null"]) {
      writeFileSync(join(cacheDir, name as string), content);
      const { problem } = await new FileInspector(readGgufHeader, kept()).inspect([model()]);
      expect(problem, content).to.equal(null);
    }
    rmSync(join(cacheDir, "headers"), { recursive: true });
    writeFileSync(join(cacheDir, "headers"), "a file in its place");
    await kept().write(new Map());
    expect((await kept().read()).size).to.equal(0);
  });
});
