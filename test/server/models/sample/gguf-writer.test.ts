import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { tensorBytes } from "../../../../src/server/models/sample/ggml-types.js";
import { GgufWriter } from "../../../../src/server/models/sample/gguf-writer.js";
import { temporaryFolder } from "../../../support/temp-folder.js";

describe("the GGUF writer", () => {
  it("writes magic, version, counts, values, tensors and aligned data", () => {
    const data = new Uint8Array(new Float32Array([1, 2, 3]).buffer);
    const file = new GgufWriter()
      .string("a", "é")
      .bool("b", true)
      .strings("c", ["x", ""])
      .tensor({ name: "t", dims: [3], type: "F32", data: () => [data] });
    const bytes = Buffer.concat([...file.bytes()]);
    expect(bytes.subarray(0, 8).toString("hex")).to.equal("4747554603000000");
    expect([bytes.readBigUInt64LE(8), bytes.readBigUInt64LE(16)]).to.deep.equal([1n, 3n]);
    const first = "0100000000000000" + "61" + "08000000" + "0200000000000000" + "c3a9";
    const second = "0100000000000000" + "62" + "07000000" + "01";
    expect(
      bytes
        .subarray(24)
        .toString("hex")
        .startsWith(first + second),
    ).to.equal(true);
    expect(bytes.length % 32).to.equal(0);
    expect(bytes.subarray(-32, -20).equals(data)).to.equal(true);
  });

  it("knows the size of every kind of tensor and refuses rows that do not fit", () => {
    expect(tensorBytes("F32", [3, 2])).to.equal(24);
    expect(tensorBytes("F16", [3, 2])).to.equal(12);
    expect(tensorBytes("Q4_0", [64, 2])).to.equal(72);
    expect(tensorBytes("Q8_0", [32])).to.equal(34);
    expect(() => tensorBytes("Q8_0", [48])).to.throw(RangeError, "A row of 48 numbers cannot be stored as Q8_0");
  });

  it("leaves nothing behind when a tensor is shorter than its shape", async () => {
    const folder = temporaryFolder();
    const file = new GgufWriter().tensor({ name: "t", dims: [8], type: "F32", data: () => [new Uint8Array(4)] });
    const failure = await file.write(join(folder, "x.gguf")).catch((error: Error) => error.message);
    expect(failure).to.equal("The tensor t has 4 bytes; its shape needs 32.");
    expect(await readdir(folder)).to.deep.equal([]);
  });

  it("replaces a file in one step and tells its size", async () => {
    const path = join(temporaryFolder(), "x.gguf");
    await new GgufWriter().string("a", "long".repeat(100)).write(path);
    const size = await new GgufWriter().string("a", "b").write(path);
    expect((await readFile(path)).length).to.equal(size);
  });
});
