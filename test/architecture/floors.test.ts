import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { deciders, impureDeciders, violations } from "./floors.js";
import { importsIn, importsOf, sourceFiles } from "./imports.js";

/** What is wrong with one line, were it to stand in one file. */
const judge = (file: string, line: string): string[] => violations(importsIn(file, line));

const forbidden: readonly (readonly [file: string, line: string])[] = [
  ["src/server/engine/local/local-engine.ts", 'import { ModelRegistry } from "../../models/model-registry.js";'],
  ["src/server/engine/local/local-engine.ts", 'import type { Machine } from "../../machine/machine.js";'],
  ["src/server/errors.ts", 'import type { Health } from "./wire/system.js";'],
  ["src/server/wire/system.ts", 'import type { ErrorCode } from "../errors.js";'],
  ["src/server/models/models.ts", 'const lazy = await import("../http/app.js");'],
  ["src/server/serve.ts", 'import { work } from "./llama/engine-main.js";'],
  ["src/server/llama/engine-main.ts", 'import { LocalEngine } from "../engine/local/local-engine.js";'],
  ["src/server/llama/engine-main.ts", 'import { type Slot, Engine } from "../engine/local/local-engine.js";'],
  ["src/server/llama/sampling.ts", 'import { FairQueue } from "../engine/fair-queue.js";'],
  ["src/server/llama/engine-main.ts", 'import { readSettings } from "../settings/read-settings.js";'],
  ["src/server/http/create-app.ts", 'import { serve } from "../serve.js";'],
  ["src/server/http/create-app.ts", 'import { Lab } from "../../notebook/lab/lab.js";'],
  ["src/server/main.ts", 'import { Lab } from "../notebook/lab/lab.js";'],
  ["src/server/serve.ts", 'import { chatCommand } from "../notebook/cli/chat-command.js";'],
  ["src/server/attic/box.ts", 'import { LabError } from "../errors.js";'],
  ["src/notebook/lab/lab.ts", 'import { LabError } from "../../server/errors.js";'],
  ["src/notebook/lab/lab.ts", 'import { table } from "../../server/wire/system.js";'],
  ["src/notebook/lab/lab.ts", 'import Koa from "koa";'],
  ["src/server/engine/local/local-engine.ts", 'import type { Llama } from "node-llama-cpp";'],
  ["src/server/engine/local/local-engine.ts", 'type Llama = import("node-llama-cpp").Llama;'],
  ["src/server/http/routes/system.ts", 'import si from "systeminformation/lib/cpu.js";'],
  ["src/server/http/routes/system.ts", 'import "left-pad";'],
  ["src/server/state/state-file.ts", 'import { LabError } from "../errors.js";'],
  ["src/server/models/models.ts", 'export { ModelEntry } from "../wire/models.js";'],
  ["src/notebook/kernel/kernel.ts", 'import { cleanText } from "../client/clean-text.js";'],
  ["src/notebook/client/connection.ts", 'import type { View } from "../displays/self-displaying.js";'],
  ["src/notebook/displays/lab-view.ts", 'import type { Lab } from "../lab/lab.js";'],
  ["src/notebook/publish/passes.ts", 'import { examine } from "../doctor/examine.js";'],
  ["src/notebook/lab/lab.ts", 'import { requireTslab } from "../kernel/entry/tslab.js";'],
  ["src/notebook/kernel/entry/kernel-main.ts", 'import { inKernel } from "../kernel.js";'],
  ["src/notebook/kernel/entry/kernel-main.ts", 'import { Lab } from "../../lab/lab.js";'],
  ["src/notebook/lab/lab.ts", 'import { startLab } from "../start/start-lab.js";'],
  ["src/notebook/start/start-lab.ts", 'import { openLab } from "../cli/open-lab.js";'],
  ["src/notebook/attic/box.ts", 'import { Lab } from "../lab/lab.js";'],
  ["src/server/models/index.ts", 'export * from "./models.js";'],
];

const allowed: readonly (readonly [file: string, line: string])[] = [
  ["src/server/models/models.ts", 'import { Generation } from "../engine/generation.js";'],
  ["src/server/log.ts", 'import { whole } from "./settings/parsers.js";'],
  ["src/server/llama/engine-main.ts", 'import type { ToEngine } from "../engine/local/messages.js";'],
  ["src/server/llama/sampling.ts", 'import { numberFields } from "../engine/fields.js";'],
  ["src/server/llama/engine-main.ts", 'const { getLlama } = await import("node-llama-cpp");'],
  ["src/server/serve.ts", 'import type { AppParts } from "./http/http-services.js";'],
  ["src/server/main.ts", 'import { chatCommand } from "../notebook/cli/chat-command.js";'],
  ["src/server/index.ts", 'export { serve } from "./serve.js";'],
  ["src/server/models/own.ts", 'export type { ModelEntry } from "../wire/models.js";\nexport const own = 1;'],
  ["src/notebook/lab/lab.ts", 'import type { Health } from "../../server/wire/system.js";'],
  ["src/notebook/lab/lab.ts", 'import type { Publication } from "../publish/publication.js";'],
  ["src/notebook/cli/open-lab.ts", 'import { startLab } from "../start/start-lab.js";'],
  ["src/server/log.ts", 'import { createWriteStream } from "node:fs";'],
  ["src/server/log.ts", '/** Not `import x from "koa"`. */'],
];

describe("floors", () => {
  it("imports go down only, and each package is named in its room", () => {
    expect(violations(importsOf(sourceFiles("src")))).to.deep.equal([]);
  });

  for (const [file, line] of forbidden) {
    it(`forbids ${file}: ${line}`, () => expect(judge(file, line)).to.have.lengthOf.at.least(1));
  }

  for (const [file, line] of allowed) {
    it(`allows ${file}: ${line}`, () => expect(judge(file, line)).to.deep.equal([]));
  }

  it("allows one file to name @ngrok/ngrok, not two", () => {
    const line = 'import { forward } from "@ngrok/ngrok";';
    expect(judge("src/server/publish/agent.ts", line)).to.deep.equal([]);
    const both = ["agent", "tunnel"].flatMap((name) => importsIn(`src/server/publish/${name}.ts`, line));
    expect(violations(both)).to.have.lengthOf(1);
  });

  it("what decides imports nothing that does", () => {
    const files = sourceFiles("src");
    expect(files).to.include.members([...deciders]);
    expect(impureDeciders(files, importsOf(files))).to.deep.equal([]);
    for (const file of deciders)
      expect(readFileSync(file, "utf8"), file).not.to.match(/from "node:|\bDate\.now\(|performance\.now\(/);
  });

  it("finds a decider that imports a doer, and one that is not listed", () => {
    const plan = "src/server/models/residents-plan.ts";
    const doing = (line: string): string[] => impureDeciders([], importsIn(plan, line));
    expect(doing('import { Residents } from "./residents.js";')).to.have.lengthOf(1);
    expect(doing('import type { Resident } from "./resident.js";')).to.deep.equal([]);
    expect(doing('import { readableBytes } from "./fit.js";')).to.deep.equal([]);
    expect(impureDeciders(["src/server/models/eviction-plan.ts"], [])).to.have.lengthOf(1);
  });

  it("the README names every room", function () {
    if (!existsSync("README.md")) {
      console.warn("SKIPPED: there is no README.md whose architecture section could be compared with src/server.");
      this.skip();
    }
    expect(unnamedRooms(readFileSync("README.md", "utf8"), serverRooms())).to.deep.equal([]);
  });

  it("finds a room that the README's architecture section leaves out", () => {
    const readme = "## Architecture\n`engine/` runs.\n### Above\n`http/` answers.\n## Work\n`wire/` is elsewhere.\n";
    expect(unnamedRooms(readme, ["engine", "http", "wire"])).to.deep.equal(["wire"]);
    expect(unnamedRooms("# No such section: engine/\n", ["engine"])).to.deep.equal(["engine"]);
  });
});

function serverRooms(): string[] {
  return readdirSync("src/server", { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

function unnamedRooms(readme: string, rooms: readonly string[]): string[] {
  const section =
    /^## [^\n]*(?:architecture|how the house is built)[^\n]*\n(.*?)(?=^## |$(?![\s\S]))/ims.exec(readme)?.[1] ?? "";
  return rooms.filter((room) => !section.includes(`${room}/`));
}
