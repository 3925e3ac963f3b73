import { expect } from "chai";
import type { LabSnapshot } from "../../../src/notebook/client/lab-snapshot.js";
import { type LabFace, labView } from "../../../src/notebook/displays/lab-view.js";
import { snippets } from "../../../src/notebook/displays/snippets.js";
import type { Health } from "../../../src/server/wire/system.js";
import { fakeHealth, fakeModel, fakeSystem } from "../../support/fake-lab-answers.js";

const face = (health: Partial<Health>, contact: LabSnapshot["contact"] = "live"): LabFace => ({
  url: "https://a.ngrok.app",
  hasKey: true,
  snapshot: {
    contact,
    health: { ...fakeHealth(), ...health },
    model: fakeModel(),
    system: fakeSystem(),
    changedAt: "2026-01-01T12:00:00.000Z",
    lookedAtMs: 0,
  },
});

const text = (...args: Parameters<typeof face>): string => labView(face(...args)).text();
const source = (...args: Parameters<typeof face>): string => labView(face(...args)).html().source;

describe("the card of a lab", () => {
  it("says which models are in memory beside the one that answers, where the server tells", () => {
    const models = [
      { id: "sample", state: "loaded", memory_bytes: 1 },
      { id: "b<i>", state: "loading", memory_bytes: null },
    ];
    expect(text({ models } as object)).to.include("in memory sample · b<i> (loading)");
    expect(labView(face({ models } as object)).html().source).to.include("b&lt;i&gt; (loading)");
    expect(text({ models: models.slice(0, 1) } as object)).to.not.include("in memory");
  });

  it("says how many layers run on the GPU, and what was done to make room", () => {
    const { snapshot, ...rest } = face({});
    const model = { ...fakeModel(), gpu_layers: 20, total_layers: 33, note: "b was unloaded first." };
    const view = labView({ ...rest, snapshot: { ...snapshot, model } });
    expect(view.text()).to.include("20 of 33 layers on the GPU");
    expect(view.html().source).to.include("⚠ b was unloaded first.");
  });

  it("says each state in words", () => {
    expect(text({})).to.match(/^LocalLab ready · model sample/);
    expect(text({ state: "busy", slots: { busy: 2, total: 4 }, waiting: 3 })).to.match(
      /^LocalLab busy 2\/4, 3 waiting/,
    );
    expect(text({ state: "loading", model: null, loading: { model: "b", progress: 0.4 } })).to.match(
      /^LocalLab loading 40 % · model b/,
    );
    expect(text({ state: "restarting" })).to.match(/^LocalLab engine restarting/);
    expect(text({ state: "failed" })).to.match(/^LocalLab engine failed/);
    expect(text({ state: "no_model", model: null })).to.match(/^LocalLab no model loaded · model none/);
    expect(text({}, "lost")).to.match(/^LocalLab not answering/);
    expect(text({}, "stopped")).to.match(/^LocalLab stopped/);
  });

  it("shows model, context, device, memory and address", () => {
    for (const value of ["sample", "4096 tokens · 4 slots", "cpu · 4 threads", "172 MiB", "https://a.ngrok.app"]) {
      expect(source({})).to.include(`>${value}</span>`);
    }
  });

  it("shows how many threads were in use at last where that were fewer", () => {
    const { snapshot, ...rest } = face({});
    const textWith = (inUse: number | null | undefined): string => {
      const system = fakeSystem();
      const engine = { ...system.engine, threads_in_use: inUse } as typeof system.engine;
      return labView({ ...rest, snapshot: { ...snapshot, system: { ...system, engine } } }).text();
    };
    expect(textWith(1)).to.include("cpu · 1 of 4 threads at last");
    // not measured yet, and an older server
    for (const inUse of [4, null, undefined]) expect(textWith(inUse)).to.include("cpu · 4 threads");
  });

  it("has a bar while a model loads, and none before or after", () => {
    expect(source({ state: "loading", loading: { model: "b", progress: 0.4 } })).to.include("width:40%");
    expect(source({})).to.not.include("aria-label");
  });

  it("escapes what the server says", () => {
    const hostile = "<script>alert(1)</script>\u202e";
    const shown = source({ model: hostile, version: hostile, state: hostile as Health["state"] });
    expect(shown).to.not.include("<script").and.not.include("\u202e");
  });

  it("needs no script, no style sheet and nothing from the network", () => {
    expect(source({})).to.not.match(/<(script|style|link|img|iframe)|class=| on[a-z]+=|url\(/i);
  });

  it("changes only when the lab does", () => {
    expect(source({ uptime_seconds: 1 })).to.equal(source({ uptime_seconds: 2 }));
  });
});

describe("the snippets", () => {
  it("name the key and never hold it", () => {
    for (const { code } of snippets("https://a.ngrok.app", true)) expect(code).to.include("LOCALLAB_API_KEY");
    for (const { code } of snippets("https://a.ngrok.app", false)) expect(code).to.not.include("API_KEY");
  });

  it("send ngrok's header with fetch, which a browser may run, unless the lab is on this machine", () => {
    const fetchCode = (url: string): string => snippets(url, false).find(({ title }) => title === "fetch")?.code ?? "";
    expect(fetchCode("https://a.ngrok.app")).to.include('"ngrok-skip-browser-warning": "1"');
    expect(fetchCode("http://127.0.0.1:8000")).to.not.include("ngrok");
  });
});
