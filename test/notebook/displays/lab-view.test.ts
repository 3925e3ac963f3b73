import { expect } from "chai";
import type { LabSnapshot } from "../../../src/notebook/client/lab-snapshot.js";
import { type LabFace, labLineView, labView, toldBy } from "../../../src/notebook/displays/lab-view.js";
import { snippets } from "../../../src/notebook/displays/snippets.js";
import { usageView } from "../../../src/notebook/displays/usage-view.js";
import type { Health } from "../../../src/server/wire/system.js";
import { fakeHealth, fakeModel, fakeSystem } from "../../support/fake-lab-answers.js";

const face = (health: Partial<Health>, contact: LabSnapshot["contact"] = "live"): LabFace => ({
  name: "quickstart",
  url: "http://127.0.0.1:8000",
  address: "https://a.ngrok.app",
  addressNote: "",
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
    expect(text({ models } as object)).to.include("In memory: sample · b<i> (loading)");
    expect(labView(face({ models } as object)).html().source).to.include("b&lt;i&gt; (loading)");
    expect(text({ models: models.slice(0, 1) } as object)).to.not.include("In memory");
  });

  it("says how many layers run on the GPU, and what was done to make room", () => {
    const { snapshot, ...rest } = face({});
    const model = { ...fakeModel(), gpu_layers: 20, total_layers: 33, note: "b was unloaded first." };
    const view = labView({ ...rest, snapshot: { ...snapshot, model } });
    expect(view.text()).to.include("20 of 33 layers on the GPU");
    expect(view.html().source).to.include("⚠ b was unloaded first.");
  });

  it("says its name, its model and its state, in people's words", () => {
    const first = (...args: Parameters<typeof face>): string | undefined => text(...args).split("\n")[0];
    expect(first({})).to.equal("quickstart · sample · ready");
    expect(first({ state: "busy", slots: { busy: 1, total: 4 } })).to.equal("quickstart · sample · 1 of 4 slots busy");
    expect(first({ state: "busy", slots: { busy: 4, total: 4 }, waiting: 3 })).to.equal(
      "quickstart · sample · 4 of 4 slots busy, 3 waiting",
    );
    expect(first({ state: "loading", model: null, loading: { model: "dir/b", progress: 0.4 } })).to.equal(
      "quickstart · b · loading, 40 %",
    );
    expect(first({ state: "restarting" })).to.equal("quickstart · sample · its engine restarts");
    expect(first({ state: "failed" })).to.equal("quickstart · sample · its engine failed");
    expect(first({ state: "no_model", model: null })).to.equal("quickstart · no model loaded");
    expect(first({}, "lost")).to.equal("quickstart · sample · not answering");
    expect(first({}, "stopped")).to.equal("quickstart · sample · stopped");
    expect(first({}, "restarted")).to.equal("quickstart · sample · restarted: see a later cell");
  });

  it("names a model in a folder by its file", () => {
    expect(source({ model: "llm/SmolLM2-135M.Q4_1" })).to.include(" · SmolLM2-135M.Q4_1 · ");
  });

  it("shows numbers and address on one line, the address so that one click selects it", () => {
    expect(text({})).to.include("4 × 4096 tokens · CPU, 4 threads · 172 MiB · https://a.ngrok.app · as of ");
    expect(source({})).to.match(/<code style="user-select:all;[^"]*">https:\/\/a\.ngrok\.app<\/code>/);
  });

  it("says of which day and time it is, and how long it is kept up to date", () => {
    const moment = /1 Jan 2026, \d\d:\d\d:\d\d/;
    expect(text({})).to.match(new RegExp(`as of ${moment.source} · live while this page is open`));
    expect(labView(face({}), false).text()).to.match(new RegExp(`as of ${moment.source} · no longer kept up to date`));
  });

  it("of a stopped lab has no address, no memory and no numbers left", () => {
    for (const form of [text({}, "stopped"), source({}, "stopped")]) {
      expect(form).to.match(/1 Jan 2026/);
      expect(form).to.not.match(/ngrok|MiB|4096|threads|live/);
    }
  });

  it("says what is to be known of the address", () => {
    const { addressNote: _none, ...rest } = face({});
    const view = labView({ ...rest, addressNote: "Reachable <only> from here." });
    const words = "On its machine: http://127.0.0.1:8000. Reachable";
    expect(view.text()).to.include(`${words} <only> from here.`);
    expect(view.html().source).to.include(`${words} &lt;only&gt; from here.`);
  });

  it("says in one line what a later cell has to say of it", () => {
    expect(labLineView(face({ model: "b" })).text()).to.match(/^quickstart · b · ready \(1 Jan 2026, /);
  });

  it("has told the same as long as the same model answers, busy or not", () => {
    const told = (...args: Parameters<typeof face>): string => toldBy(face(...args));
    expect(told({ state: "busy", slots: { busy: 2, total: 4 } })).to.equal(told({}));
    for (const other of [told({ model: "b" }), told({ state: "failed" }), told({}, "lost"), told({}, "stopped")]) {
      expect(other).to.not.equal(told({}));
    }
  });

  it("says how many threads were in use at last where that were fewer, and why", () => {
    const { snapshot, ...rest } = face({});
    const textWith = (inUse: number | null | undefined): string => {
      const system = fakeSystem();
      const engine = { ...system.engine, threads_in_use: inUse } as typeof system.engine;
      return labView({ ...rest, snapshot: { ...snapshot, system: { ...system, engine } } }).text();
    };
    expect(textWith(1)).to.include("CPU, 1 of 4 threads (the machine is busy)");
    // not measured yet, and an older server
    for (const inUse of [4, null, undefined]) expect(textWith(inUse)).to.include("CPU, 4 threads");
  });

  it("has a bar while a model loads, and none before or after", () => {
    expect(source({ state: "loading", loading: { model: "b", progress: 0.4 } })).to.include("width:40%");
    expect(source({})).to.not.include("width:40%");
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
    for (const { code } of snippets("https://a.ngrok.app", false)) expect(code).to.not.include("LOCALLAB_API_KEY");
  });

  it("stand in one fold, lines whole, each in a box that the keyboard reaches and one click selects", () => {
    const view = usageView(snippets("https://a.ngrok.app", true), "quickstart");
    const { source: shown } = view.html();
    expect(shown.match(/<details/g)).to.have.lengthOf(1);
    expect(shown.match(/<pre tabindex="0" [^>]*;white-space:pre;overflow-x:auto;user-select:all/g)).to.have.lengthOf(
      11,
    );
    expect(new Set(shown.match(/aria-label="[^"]*"/g)).size).to.equal(11);
    expect(view.text()).to.include("# Python\nimport json, os\n");
  });

  it("send ngrok's header unless the lab is on this machine", () => {
    const codes = (url: string): string[] => snippets(url, false).map(({ code }) => code);
    const asking = codes("https://a.ngrok.app").filter((code) => code.includes("/generate"));
    expect(asking).to.have.lengthOf(3);
    for (const code of asking) expect(code).to.include("ngrok-skip-browser-warning");
    for (const code of codes("http://127.0.0.1:8000")) expect(code).to.not.include("ngrok");
  });
});
