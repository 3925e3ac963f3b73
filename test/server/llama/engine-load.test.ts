import { truncate, writeFile } from "node:fs/promises";
import { totalmem } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { EngineOptions, FromEngine } from "../../../src/server/engine/local/messages.js";
import type { GgufWriter } from "../../../src/server/models/sample/gguf-writer.js";
import { sampleFile } from "../../../src/server/models/sample/sample-file.js";
import { sampleTables } from "../../../src/server/models/sample/sample-language.js";
import { EngineChild } from "../../support/engine-child.js";
import { rawRequest } from "../../support/requests.js";
import { temporaryFolder } from "../../support/temp-folder.js";

/** The sample model's file with something changed. */
async function changedModel(change: (file: GgufWriter) => void = () => {}): Promise<string> {
  const file = sampleFile("changed", sampleTables("sample"));
  change(file);
  const path = join(temporaryFolder(), "model.gguf");
  await file.write(path);
  return path;
}

/** Loads in a new engine, hands the outcome to `look`, and ends the engine. */
async function loading(
  options: Partial<EngineOptions> & { modelPath: string },
  look: (outcome: FromEngine, child: EngineChild) => void | Promise<void>,
): Promise<void> {
  const child = new EngineChild();
  try {
    await look(await child.tryLoad(options), child);
  } finally {
    await child.end();
  }
}

describe("an engine that loads", () => {
  it("names what is wrong with a file", async () => {
    const broken: [string, RegExp][] = [
      [
        await changedModel((file) => file.string("general.architecture", "nosuch")),
        /^unknown model architecture: 'nosuch'$/,
      ],
      [await changedModel((file) => void file.tensors.splice(0, 1)), /token_embd\.weight/],
      [join(temporaryFolder(), "missing.gguf"), /ENOENT.*missing\.gguf/],
    ];
    for (const [modelPath, reason] of broken) {
      await loading({ modelPath }, (outcome) => {
        expect(outcome).to.include({ type: "load-failed", failure: "bad-file" });
        expect((outcome as { reason: string }).reason).to.match(reason);
      });
    }
  });

  it("refuses what is no model at all", async () => {
    const modelPath = join(temporaryFolder(), "page.gguf");
    await writeFile(modelPath, "<!DOCTYPE html><html></html>");
    await loading({ modelPath }, (outcome) => {
      expect(outcome).to.include({ type: "load-failed", failure: "bad-file" });
      expect((outcome as { reason: string }).reason).to.include("GGUF");
    });
  });

  it("takes the trained context when it is smaller than 4096", async () => {
    const modelPath = await changedModel((file) => file.u32("llama.context_length", 700));
    await loading({ modelPath, context: "auto", slots: 1 }, (outcome) => {
      expect((outcome as { model: object }).model).to.include({ context: 700, trainContext: 700 });
    });
  });

  it("refuses a context that does not fit into memory, with the numbers", async () => {
    await loading({ modelPath: await changedModel(), context: 1048576, slots: 64 }, (outcome) => {
      expect(outcome).to.include({ type: "load-failed", failure: "out-of-memory" });
      expect((outcome as { reason: string }).reason).to.match(
        /^64 slots of 1048576 tokens need about [\d.]+ GiB, and [\d.]+ [GM]iB are free for it\. Ask for [^.(]+\.$/,
      );
    });
  });

  it("refuses a model that is larger than all memory before it reads it", async () => {
    const modelPath = await changedModel();
    // a hole in the file takes no room on the disk
    await truncate(modelPath, 2 * totalmem());
    await loading({ modelPath }, (outcome) => {
      expect(outcome).to.include({ type: "load-failed", failure: "out-of-memory" });
      expect((outcome as { reason: string }).reason).to.match(
        /^The model takes [\d.]+ GiB, and [\d.]+ [GM]iB are free for it\.$/,
      );
    });
  });

  it("says that a backend is missing", async () => {
    const missing = process.platform === "darwin" ? "cuda" : "metal";
    await loading({ modelPath: await changedModel(), gpu: missing }, (outcome) => {
      expect(outcome).to.include({ type: "load-failed", failure: "backend" });
      expect((outcome as { reason: string }).reason).to.include(`The backend "${missing}" is not usable`);
    });
  });

  it("guesses how turns are marked, and says so, when the chat template is broken", async () => {
    const modelPath = await changedModel((file) =>
      file.string("tokenizer.chat_template", "{% for m in messages %}{{ m."),
    );
    await loading({ modelPath }, async (outcome, child) => {
      expect(outcome.type).to.equal("loaded");
      const warnings = child.of("log").filter(({ level }) => level === "warn");
      expect(warnings.map(({ message }) => message).join()).to.match(
        /chat template in the file does not work: .* is a guess\.$/,
      );
      const messages = [{ role: "user", content: "Hello" }] as const;
      const run = await child.run(rawRequest("", { input: { kind: "chat", messages }, maxTokens: 4 }));
      expect(run.finished?.completionTokens).to.be.at.least(1);
    });
  });

  it("refuses a file whose chat template does not end, soon", async () => {
    const loop = "{% for i in range(100000) %}{% for j in range(100000) %}{{ '' }}{% endfor %}{% endfor %}";
    const modelPath = await changedModel((file) => file.string("tokenizer.chat_template", loop));
    await loading({ modelPath }, async (outcome) => {
      expect(outcome).to.deep.include({ type: "load-failed", failure: "bad-file" });
      expect((outcome as { reason: string }).reason).to.match(/template in the file .* longer than 2000 ms\.$/);
    });
    await loading({ modelPath, chatTemplate: "{{ messages[0].content }}" }, async (outcome) => {
      expect(outcome.type).to.equal("loaded");
    });
  });

  it("answers requests that come before a model with a failure", async () => {
    const child = new EngineChild();
    try {
      expect((await child.run(rawRequest("x"))).failed?.code).to.equal("internal_error");
    } finally {
      await child.end();
    }
  });
});
