import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { createLog } from "../../../../src/server/log.js";
import { readGgufHeader } from "../../../../src/server/models/gguf-header.js";
import { FilesProcess } from "../../../../src/server/models/headers/files-process.js";
import { GgufWriter } from "../../../../src/server/models/sample/gguf-writer.js";
import { writeHostileModels } from "../../../support/hostile-models.js";
import { rejection } from "../../../support/rejection.js";
import { until } from "../../../support/until.js";

describe("the files process", function () {
  this.timeout(120_000);
  let folder: string;
  let files: FilesProcess;
  const pids: number[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "locallab-files-"));
    pids.length = 0;
  });
  afterEach(async () => {
    await files.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const open = (over: { deadlineMs?: number; idleMs?: number } = {}): FilesProcess => {
    files = new FilesProcess({ log: createLog("silent"), onProcess: (pid) => pids.push(pid), ...over });
    return files;
  };
  const put = (name: string): { path: string; size: number } => {
    const writer = new GgufWriter().string("general.architecture", "llama").string("general.name", name);
    writer.strings("tokenizer.ggml.merges", ["a b", "c d"]).f32("llama.rope.freq_base", Number.POSITIVE_INFINITY);
    writer.tensor({ name: "w", dims: [64], type: "F32", data: () => [new Uint8Array(256)] });
    const bytes = Buffer.concat([...writer.bytes()]);
    writeFileSync(join(folder, name), bytes);
    return { path: join(folder, name), size: bytes.length };
  };

  it("reads what this process would read, without the words of the vocabulary", async () => {
    const { path, size } = put("a.gguf");
    const [here, there] = [await readGgufHeader(path, size), await open().readHeader(path, size)];
    expect(there).to.deep.include({ tensors: 1, parameters: 64, wholeBytes: here.wholeBytes });
    expect(there.values.get("general.name")).to.equal("a.gguf");
    expect(there.values.get("llama.rope.freq_base"), "as it stands in the file").to.equal(Number.POSITIVE_INFINITY);
    expect([here, there].map(({ values }) => values.has("tokenizer.ggml.merges"))).to.deep.equal([true, false]);
  });

  it("refuses as this process would, with the system's code where it was the system", async () => {
    writeFileSync(join(folder, "page.gguf"), "<!doctype html>");
    const page = await rejection(open().readHeader(join(folder, "page.gguf"), 15));
    expect(page).to.include({ name: "UnreadableHeader" });
    expect(await rejection(files.readHeader(join(folder, "gone.gguf"), 10))).to.include({ code: "ENOENT" });
  });

  it("is killed for a file that keeps it, which fails alone; the urgent one goes first", async () => {
    // nobody ever writes into it, so whoever opens it waits for ever
    execFileSync("mkfifo", [join(folder, "stuck.gguf")]);
    const { path, size } = put("a.gguf");
    open({ deadlineMs: 3000 });
    const order: string[] = [];
    const note = (name: string) => () => order.push(name);
    const stuck = rejection(files.readHeader(join(folder, "stuck.gguf"), 1000)).finally(note("stuck"));
    const behind = files.readHeader(path, size).finally(note("behind"));
    const urgent = files.readHeader(path, size, true).finally(note("urgent"));
    expect((await stuck).message).to.match(/took longer than 3 s/);
    expect((await Promise.all([behind, urgent])).map(({ tensors }) => tensors)).to.deep.equal([1, 1]);
    expect(order).to.deep.equal(["stuck", "urgent", "behind"]);
    expect(pids, "one was killed, another went on").to.have.length(2);
  });

  it("costs the file it was reading when something else ends it, and nothing more", async () => {
    execFileSync("mkfifo", [join(folder, "stuck.gguf")]);
    const { path, size } = put("a.gguf");
    open();
    const stuck = rejection(files.readHeader(join(folder, "stuck.gguf"), 1000));
    const behind = files.readHeader(path, size);
    await until(() => pids.length === 1);
    process.kill(pids[0] as number, "SIGKILL");
    expect((await stuck).message).to.match(/its reader ended \(SIGKILL\)/);
    expect((await behind).tensors).to.equal(1);
  });

  it("is done with every hostile file in time, and reads a good one after each", async () => {
    const { path, size } = put("a.gguf");
    open();
    for (const { file, what } of await writeHostileModels(folder)) {
      const began = performance.now();
      const read = files.readHeader(file, statSync(file).size);
      await read.catch((error: Error) => expect(error.message, what).to.match(/^[A-Z].*\.$/s));
      expect((await files.readHeader(path, size)).tensors, what).to.equal(1);
      expect(performance.now() - began, what).to.be.lessThan(20_000);
    }
    expect(pids, "none of them ended it").to.have.length(1);
  });

  it("starts for the first file, ends when there is nothing to read, and starts again", async () => {
    const { path, size } = put("a.gguf");
    open({ idleMs: 200 });
    expect(files.pid).to.equal(undefined);
    await files.readHeader(path, size);
    expect(files.pid).to.equal(pids[0]);
    await until(() => files.pid === undefined);
    await files.readHeader(path, size);
    expect(pids).to.have.length(2);
  });

  it("outlives what a terminal sends to every process of a lab", async () => {
    const { path, size } = put("a.gguf");
    await open().readHeader(path, size);
    const { pid } = files;
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.kill(pid as number, signal);
    await files.readHeader(path, size);
    await files.readHeader(path, size);
    expect(files.pid).to.equal(pid);
  });

  it("refuses what waits when it is closed, and leaves no process", async () => {
    execFileSync("mkfifo", [join(folder, "stuck.gguf")]);
    open();
    const waiting = [1, 2].map(() => rejection(files.readHeader(join(folder, "stuck.gguf"), 1000)));
    await files.close();
    for (const error of await Promise.all(waiting)) expect(error.message).to.equal("the server is stopping");
    expect(await rejection(files.readHeader("x", 1))).to.include({ message: "the server is stopping" });
    expect(() => process.kill(pids[0] as number, 0)).to.throw("ESRCH");
  });
});
