import { expect } from "chai";
import { currentModelView, modelsView, residentsText } from "../../../src/notebook/displays/models-view.js";
import type { ModelEntry, ResidentModel } from "../../../src/server/wire/models.js";
import { fakeModel, fakeModels } from "../../support/fake-lab-answers.js";

const resident = (id: string, over: Partial<ResidentModel> = {}): ResidentModel => ({
  id,
  state: "loaded",
  is_current: false,
  slots: { busy: 0, total: 4 },
  waiting: 0,
  memory_bytes: 1,
  last_used: null,
  keep_alive_until: null,
  gpu_layers: null,
  total_layers: null,
  ...over,
});

describe("how models look", () => {
  it("the list says which loaded model is the current one", () => {
    const list = fakeModels();
    const [first] = list.models;
    const other = { ...(first as (typeof list.models)[number]), id: "other", is_outdated: true };
    const text = modelsView({ ...list, models: [...list.models, other] }).text();
    expect(text).to.match(/^sample +loaded, current /m);
    expect(text).to.match(/^other +loaded, the file is newer: load it again /m);
    expect(text).to.match(/\.gguf +bad .* It is <b>no<\/b> GGUF file\./);
  });

  it("the list has a column for each number that some model tells, and none for what nobody does", () => {
    const [sample, other] = fakeModels().models as [ModelEntry, ModelEntry];
    const told = { ...sample, parameters: 134_515_008, train_context: 8192, needed_bytes: 2 ** 30, fits: false };
    const head = (...models: ModelEntry[]): string =>
      modelsView({ ...fakeModels(), models })
        .text()
        .split("\n")[0]
        ?.replace(/ +/g, " ") ?? "";
    expect(head(told, { ...other, quantization: "Q4_1" })).to.equal(
      "Model State Parameters Quantization Trained for File Memory Remark",
    );
    expect(head({ ...told, parameters: null, train_context: null, needed_bytes: null })).to.equal(
      "Model State File Remark",
    );
    const view = modelsView({ ...fakeModels(), models: [told] });
    expect(view.text()).to.match(/135 M +8192 tokens +5\.7 MiB +1\.0 GiB +It takes more memory than is free\./);
    expect(view.html().source).to.match(/text-align:right[^>]*>135 M</);
  });

  it("a model that no number describes is described in words, and one that is no good says why", () => {
    const [sample, bad] = fakeModels().models as [ModelEntry, ModelEntry];
    const text = modelsView({ ...fakeModels(), models: [{ ...sample, parameters: null }, sample, bad] }).text();
    expect(text.match(/tells stories/g)).to.have.lengthOf(1);
    expect(text).to.include("It is <b>no</b> GGUF file.");
  });

  it("the folder is named, with what is odd about it", () => {
    const list = { ...fakeModels(), models_dir_note: "It is empty. Put .gguf files there." };
    const line = "Folder: /models It is empty. Put .gguf files there.";
    expect(modelsView(list).text()).to.include(line);
    expect(modelsView(list).html().source).to.include(line);
    expect(modelsView({ ...list, models: [] }).text()).to.equal(`No models. ${line}`);
    // a key that may not manage models, and an older server
    const untold = { models_dir: null, models_dir_note: undefined } as object;
    expect(modelsView({ ...list, ...untold }).text()).to.not.include("Folder");
  });

  it("a loaded model says what is beside it and how long it stays", () => {
    const models = [
      resident("sample", { is_current: true, keep_alive_until: "2026-01-01T12:00:00.000Z" }),
      resident("b<i>", { state: "unloading" }),
    ];
    const view = currentModelView({ ...fakeModel(), models });
    expect(view.text()).to.match(/Stays: in memory until \d\d:\d\d:\d\d unless it is used/);
    expect(view.text()).to.include("Beside it: b<i> (unloading)");
    expect(view.html().source).to.include("b&lt;i&gt; (unloading)");
    expect(currentModelView({ ...fakeModel(), models: [resident("sample")] }).text()).to.not.match(/Stays|Beside/);
  });

  it("a model for embeddings says what its vectors are, and that it is one", () => {
    const vectors = {
      dimensions: 768,
      shorter: [512, 256],
      least_dimensions: null,
      input_types: ["query", "document"],
    };
    const view = currentModelView({ ...fakeModel(), kind: "embedding", vectors });
    expect(view.text()).to.include("Vectors: 768 numbers · or 512, 256 · for query, document");
    const any = currentModelView({ ...fakeModel(), vectors: { ...vectors, shorter: [], least_dimensions: 32 } });
    expect(any.text()).to.include("Vectors: 768 numbers · or any from 32 on");
    expect(currentModelView(fakeModel()).text()).to.not.include("Vectors");
    const { models, ...list } = fakeModels();
    const embedder = { ...(models[0] as ModelEntry), id: "minilm", kind: "embedding" } as const;
    expect(modelsView({ ...list, models: [embedder] }).text()).to.match(/^minilm +loaded, for embeddings/m);
  });

  it("models in memory are named where there is more than one", () => {
    expect(residentsText([])).to.equal("");
    expect(residentsText([resident("a")])).to.equal("");
    expect(residentsText([resident("a"), resident("b", { state: "loading" })])).to.equal("a · b (loading)");
  });

  it("a model whose turns are guessed says so, and one with a given template that it is given", () => {
    const guess = { source: "guess", note: "The file has no chat template." } as const;
    const guessed = currentModelView({ ...fakeModel(), note: "a left.", chat_template: guess });
    expect(guessed.text()).to.include("Note: a left. The file has no chat template.");
    const given = currentModelView({ ...fakeModel(), chat_template: { source: "given", note: null } });
    expect(given.text()).to.include("Chat template: given at the load").and.not.include("Note");
    const own = currentModelView({ ...fakeModel(), chat_template: { source: "file", note: null } });
    expect(own.text()).to.not.match(/Chat template|Note/);
  });
});
