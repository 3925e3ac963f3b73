import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { changedSettings, ownVersion } from "../../../src/notebook/start/changed-settings.js";
import { flagsOf, type StartOptions } from "../../../src/notebook/start/start-options.js";
import type { LabState } from "../../../src/server/state/state-file.js";

const running = {
  name: "default",
  pid: 1,
  processStart: "1",
  version: ownVersion,
  url: "http://127.0.0.1:8003",
  socket: null,
  ownerKey: "owner",
  apiKey: "a-key-of-20-letters!",
  logFile: null,
  flags: { port: "8000", linger: "120" },
  settings: {
    port: 8000,
    linger: 120,
    slots: 4,
    context: "auto",
    gpu: "auto",
    modelsDir: join(homedir(), "models"),
    allowedHosts: ["a.example", "b.example"],
    rateLimit: "on",
  },
} satisfies LabState;

const changes = (options: StartOptions, over: Partial<LabState> = {}): string[] =>
  changedSettings({ ...running, ...over }, flagsOf(options), options.apiKey);

/** What the running server has already, in whatever words. */
const same: readonly StartOptions[] = [
  {},
  { linger: "2m" },
  { linger: "120s" },
  { linger: 120 },
  { linger: "0.0333333333333333333h" },
  { port: 8000 },
  { port: 8003 },
  { port: 0 },
  { slots: 4 },
  { modelsDir: "~/models" },
  { modelsDir: join(homedir(), "models") },
  { allowedHosts: ["A.example", "b.example"] },
  { apiKey: "a-key-of-20-letters!" },
  { name: "other", model: "sample-b" },
  { display: false },
];

const different: readonly (readonly [StartOptions, string])[] = [
  [{ linger: "3m" }, "linger 120 → 3m"],
  [{ linger: "off" }, "linger 120 → off"],
  [{ port: 8001 }, "port 8000 → 8001"],
  [{ slots: 8 }, "slots 4 → 8"],
  [{ context: 512 }, "context auto → 512"],
  [{ modelsDir: "models" }, `modelsDir ${join(homedir(), "models")} → ${resolve("models")}`],
  [{ allowedHosts: ["b.example"] }, "allowedHosts a.example,b.example → b.example"],
  [{ apiKey: "another-key-of-24-letters" }, "another apiKey"],
];

describe("the settings a cell asks for, beside those of the lab that runs", () => {
  for (const options of same) {
    it(`${JSON.stringify(options)} changes nothing`, () => expect(changes(options)).to.deep.equal([]));
  }

  for (const [options, change] of different) {
    it(`${JSON.stringify(options)} is told as "${change}"`, () => expect(changes(options)).to.deep.equal([change]));
  }

  it("never tell a key", () => {
    expect(changes({ apiKey: "another-key-of-24-letters" }).join()).to.not.include("letters");
  });

  it("name another version first", () => {
    expect(changes({ slots: 8 }, { version: "0.0.9" })).to.deep.equal([`version 0.0.9 → ${ownVersion}`, "slots 4 → 8"]);
  });
});
