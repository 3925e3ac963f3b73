import { expect } from "chai";
import { LoadError } from "../../../src/server/engine/load-error.js";
import { asSentences, explainLoad } from "../../../src/server/models/explain-load.js";

describe("asSentences", () => {
  for (const [said, read] of [
    ["it was ended", "It was ended."],
    ["It ended..", "It ended."],
    ["It ended. ", "It ended."],
    [
      "4 slots need 2 GiB (failed to create context). Ask for less..",
      "4 slots need 2 GiB (failed to create context). Ask for less.",
    ],
    [
      'The file is not readable (Invalid magic. Expected "GGUF" but got "not ".).',
      'The file is not readable. Invalid magic. Expected "GGUF" but got "not ".',
    ],
    [
      "it was ended by SIGABRT (GGML_ASSERT(a > 0) failed)",
      "It was ended by SIGABRT. It said GGML_ASSERT(a > 0) failed.",
    ],
    ['magic is "\u0000\u0007\ufffd"', 'Magic is "?".'],
    ["one line\nand another", "One line and another."],
    ["open /home/ann/models/m.gguf failed", 'Open "m" failed.'],
  ] as const) {
    it(`reads ${JSON.stringify(said)} as a person does`, () => {
      expect(asSentences(said, "/home/ann/models/m.gguf", "m")).to.equal(read);
    });
  }
});

describe("explainLoad", () => {
  it("lets nobody repeat what no memory of this machine could hold", () => {
    const reason = "64 slots of 1048576 tokens need about 144.00 GiB (more than this machine could ever hold)";
    const { error, blame } = explainLoad(new LoadError("out-of-memory", reason), "m", "/m.gguf");
    expect(error).to.include({ code: "model_load_failed", retryAfterSeconds: undefined });
    expect(blame).to.equal(null);
  });

  const kinds = ["bad-file", "out-of-memory", "backend", "stalled", "crashed", "not-started", "aborted"] as const;
  for (const kind of kinds) {
    it(`${kind}: the message ends every sentence once, and names the model`, () => {
      const { error } = explainLoad(new LoadError(kind, "it went wrong (very)."), "m", "/m.gguf");
      expect(error.message).to.match(/^"m" did not load\. It went wrong\. Very\./);
      expect(error.message)
        .to.match(/[^.]\.$/)
        .and.not.match(/\.\.|\( |\)\./);
    });
  }

  it("does not take the name of a source file for a lack of memory", () => {
    const how = "it was ended by SIGABRT (/home/runner/llama.cpp/src/ggml-alloc.c:82: GGML_ASSERT(n > 0) failed)";
    const { error } = explainLoad(new LoadError("crashed", how), "m", "/m.gguf");
    expect(error.code).to.equal("model_load_failed");
    expect(error.message).to.include("SIGABRT. It said ggml-alloc.c:82: GGML_ASSERT").and.not.include("/home");
  });

  it("gives no advice twice", () => {
    const { error } = explainLoad(new LoadError("out-of-memory", "2 GiB. Ask for less."), "m", "/m.gguf");
    expect(error.message).to.equal('"m" did not load. 2 GiB. Ask for less.');
  });

  it("says what may be repeated and when", () => {
    const { error } = explainLoad(new LoadError("crashed", "it was ended by SIGKILL"), "m", "/m.gguf");
    expect(error).to.include({ code: "model_load_interrupted", retryAfterSeconds: 5, param: "model_id" });
    const bad = explainLoad(new LoadError("bad-file", "it is none"), "m", "/m.gguf").error;
    expect(bad).to.include({ code: "model_load_failed", retryAfterSeconds: undefined });
  });
});
