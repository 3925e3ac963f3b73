import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Caller } from "../../../src/server/engine/caller.js";
import type { Generation } from "../../../src/server/engine/generation.js";
import { owner } from "../../../src/server/models/models.js";
import { rejection } from "../../support/rejection.js";
import { callerNamed, rawRequest, testCaller } from "../../support/requests.js";
import { ResidentsBench } from "../../support/residents-bench.js";

const visitor = callerNamed("visitor", { mayManage: false });
const holder = callerNamed("holder", { mayManage: false, models: new Set(["deep/Tiny-Q8_0"]) });

describe("models by name", () => {
  let bench: ResidentsBench;
  let elsewhere: string;
  beforeEach(() => {
    bench = new ResidentsBench(["deep/Tiny-Q8_0", "plain", "old/twin", "new/twin"]);
    elsewhere = mkdtempSync(join(tmpdir(), "locallab-elsewhere-"));
  });
  afterEach(async () => {
    await bench.close();
    rmSync(elsewhere, { recursive: true, force: true });
  });
  const ask = (name: string, caller: Caller = testCaller): Generation =>
    bench.models.generate(name, rawRequest("x"), caller);
  const ids = async (caller: Caller = testCaller): Promise<string[]> =>
    (await bench.models.list(caller)).models.map(({ id }) => id);
  /** Puts a model of the bench at another place and gives its path. */
  const move = (id: string, name: string): string => {
    const path = join(elsewhere, name);
    mkdirSync(join(path, ".."), { recursive: true });
    renameSync(join(bench.settings.modelsDir, `${id}.gguf`), path);
    return path;
  };

  for (const name of ["deep/Tiny-Q8_0", "deep/Tiny-Q8_0.gguf", "tiny-q8_0", "Tiny-Q8_0.GGUF", "./deep/tiny-q8_0"]) {
    it(`are loaded and asked by ${name}`, async () => {
      expect(await bench.models.load(name.replace("./", ""))).to.include({ id: "deep/Tiny-Q8_0" });
      if (!name.startsWith("./")) expect((await ask(name)).model).to.equal("deep/Tiny-Q8_0");
      expect(bench.loads).to.have.length(1);
    });
  }

  it("are loaded once for requests that call one model by several names at once", async () => {
    bench.holdsLoads = true;
    const all = ["deep/Tiny-Q8_0", "tiny-q8_0", "deep/Tiny-Q8_0.gguf", "TINY-Q8_0"].map((name) => ask(name));
    await bench.until(() => bench.loads.length === 1 && bench.models.status().waiting === 4);
    bench.loads[0]?.finish();
    for (const one of all) expect((await one).model).to.equal("deep/Tiny-Q8_0");
    expect(bench.loads).to.have.length(1);
    expect(bench.models.status().models.map(({ id }) => id)).to.deep.equal(["deep/Tiny-Q8_0"]);
  });

  it("are refused with what may have been meant and what there is", async () => {
    const message =
      'No model is called "plian". Did you mean "plain"? There are: "sample", "sample-b", "plain", "deep/Tiny-Q8_0", "new/twin", "old/twin".';
    for (const refused of [rejection(ask("plian")), rejection(bench.models.load("plian"))]) {
      expect(await refused).to.include({ code: "model_not_found", message });
    }
    expect((await rejection(ask("twin"))).message).to.match(/"twin" could be 2 models: "\w+\/twin", "\w+\/twin"\./);
  });

  it("are not offered where the file cannot be loaded", async () => {
    writeFileSync(join(bench.settings.modelsDir, "plian-page.gguf"), "<html>Not found</html>".padEnd(4000));
    const { message } = await rejection(ask("nope"));
    expect(message).to.include('"plain"').and.not.include("page");
  });

  it("are one where several are links to one file: two snapshots of it", async () => {
    for (const revision of ["1a2b", "3c4d"]) {
      mkdirSync(join(bench.settings.modelsDir, revision));
      symlinkSync(bench.put("blobs/weights"), join(bench.settings.modelsDir, revision, "Snap.gguf"));
    }
    expect((await bench.models.load("snap")).id).to.equal("1a2b/Snap");
  });

  it("are the same to a key that loads none: what is in memory, by any name, and no word of a file more", async () => {
    await bench.models.load("plain");
    expect((await ask("PLAIN.gguf", visitor)).model).to.equal("plain");
    expect(await rejection(ask("tiny-q8_0", visitor))).to.include({ code: "insufficient_scope" });
    expect(bench.loads).to.have.length(1);
  });

  it("are for a pass those that it has, by any name, and the others are as unknown as what is none", async () => {
    await bench.models.load("deep/Tiny-Q8_0");
    await bench.models.load("plain");
    expect((await ask("tiny-q8_0.gguf", holder)).model).to.equal("deep/Tiny-Q8_0");
    const words = ["plain", "nothing"].map((name) => {
      try {
        return String(ask(name, holder));
      } catch (error) {
        return (error as Error).message.replace(name, "…");
      }
    });
    expect(words[0])
      .to.equal(words[1])
      .and.match(/There is: "deep\/Tiny-Q8_0"/);
  });

  it("are unloaded by any name that fits one in memory", async () => {
    await bench.models.load("old/twin");
    expect(await bench.models.unload("TWIN.gguf")).to.include({ model_id: "old/twin" });
    expect(await rejection(bench.models.unload("twin"))).to.include({ code: "model_not_found" });
  });

  it("are files of their owner by their paths, under the file's name and never the path", async () => {
    const path = move("plain", "my models/Mine.v1.gguf");
    const model = await bench.models.load(path, {}, undefined, owner);
    expect(model).to.include({ id: "Mine.v1", name: "Mine.v1" });
    expect(bench.loads[0]).to.include({ path, modelId: "Mine.v1" });
    expect((await ask("mine.v1", visitor)).model).to.equal("Mine.v1");
    const told = [await bench.models.list(visitor), bench.models.current(visitor), bench.models.status(visitor)];
    expect(JSON.stringify(told)).to.include("Mine.v1").and.not.include(elsewhere);
    await bench.models.unload("Mine.v1");
    expect((await ask("Mine.v1")).model, "it stays known").to.equal("Mine.v1");
    rmSync(path);
    const gone = (await bench.models.list(testCaller)).models.find(({ id }) => id === "Mine.v1");
    expect(gone?.reason).to.equal("Its file is not there any more.");
  });

  it("are no paths to anybody else, whatever lies there", async () => {
    const path = move("plain", "secret.gguf");
    const manager = callerNamed("manager", { mayManage: true, isOwner: true });
    for (const caller of [testCaller, visitor, manager]) {
      const words = [];
      for (const name of [path, `${elsewhere}/nothing.gguf`, "/etc/passwd", "~/x.gguf", "../x", "./plain"]) {
        const refused = await rejection(bench.models.load(name, {}, undefined, caller));
        expect(refused).to.include({ code: "model_not_found" });
        words.push(refused.message);
        expect(() => ask(name, caller)).to.throw(/A path names a model only to the owner/);
      }
      expect(new Set(words).size, "nothing tells what is there").to.equal(1);
      expect(words[0]).to.not.include(elsewhere);
    }
    expect(bench.loads).to.have.length(0);
    expect(bench.models.status().models, "not even on its way").to.deep.equal([]);
  });

  it("have one id for one file, and two for two files of one name", async () => {
    const inFolder = join(bench.settings.modelsDir, "deep/Tiny-Q8_0.gguf");
    expect((await bench.models.load(inFolder)).id, "the one it has in the list").to.equal("deep/Tiny-Q8_0");
    symlinkSync(inFolder, join(elsewhere, "link.gguf"));
    expect((await bench.models.load(join(elsewhere, "link.gguf"))).id).to.equal("deep/Tiny-Q8_0");
    const other = move("old/twin", "plain.gguf");
    expect((await bench.models.load(other)).id).to.equal("plain (2)");
    expect((await bench.models.load(other)).id, "again").to.equal("plain (2)");
    expect((await ids()).filter((id) => id.startsWith("plain"))).to.deep.equal(["plain", "plain (2)"]);
  });

  it("have all their parts by the path of any, and say which one is missing until it is there", async () => {
    const whole = bench.put("whole");
    for (const part of ["00001", "00003"]) {
      symlinkSync(whole, join(elsewhere, `big-${part}-of-00003.gguf`));
    }
    const path = join(elsewhere, "big-00003-of-00003.gguf");
    const refused = await rejection(bench.models.load(path, {}, undefined, owner));
    expect(refused.message).to.match(
      /^"big" did not load\. 2 of 3 parts are there: part 2 of 3 is missing\. Load it once/,
    );
    symlinkSync(whole, join(elsewhere, "big-00002-of-00003.gguf"));
    expect(await bench.models.load(path, {}, undefined, owner)).to.include({ id: "big" });
    expect(bench.loads[0]?.path).to.equal(join(elsewhere, "big-00001-of-00003.gguf"));
  });

  it("are told apart at a path that is none: a folder, with what lies in it, and nothing", async () => {
    const load = (path: string) => rejection(bench.models.load(path, {}, undefined, owner));
    const path = move("plain", "only/one.gguf");
    expect((await load(join(elsewhere, "only"))).message).to.equal(
      `${JSON.stringify(join(elsewhere, "only"))} is a folder. Name the file in it: ${JSON.stringify(path)}.`,
    );
    expect((await load(join(elsewhere, "no.gguf"))).message).to.match(/^There is no file at ".*no\.gguf"\.$/);
    expect((await load("/dev/null")).message).to.match(/there is no file that could be read to its end/);
    writeFileSync(join(elsewhere, "page"), "<!doctype html>");
    expect((await load(join(elsewhere, "page"))).message).to.match(/^"page" did not load\. The file is a web page/);
  });

  it("are, called auto, the default one, also where the file beside it cannot talk", async () => {
    const models = bench.settings.modelsDir;
    rmSync(models, { recursive: true });
    expect(await bench.models.load("auto")).to.include({ id: "sample" });
    bench.put("mine");
    bench.write("notes.gguf", "no model");
    expect(await bench.models.load("auto")).to.include({ id: "mine" });
    bench.put("other");
    expect(await bench.models.load("auto")).to.include({ id: "sample" });
    bench.put("smollm2-135m-instruct");
    expect(await bench.models.load("auto")).to.include({ id: "smollm2-135m-instruct" });
  });

  it("say when their context is more than they were trained for", async () => {
    bench.facts = { context: 4096, trainContext: 512 };
    expect((await bench.models.load("plain")).note).to.match(
      /^Its context of 4096 tokens is more than the 512 it was trained for/,
    );
    bench.facts = { context: 512, trainContext: 512 };
    expect((await bench.models.load("old/twin")).note).to.equal(null);
  });
});
