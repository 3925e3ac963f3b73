import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { knownOptions } from "../../../src/notebook/publish/publish-options.js";
import {
  assertKnownOptions,
  cellDefaults,
  elsewhereInCells,
  flagsOf,
  type StartOptions,
  startOptionNames,
  usualFlags,
  withAbsolutePaths,
} from "../../../src/notebook/start/start-options.js";
import { settingSpecs } from "../../../src/server/settings/server-settings.js";

/** Settings that have a variable only: folders that one moves for a whole machine, and how a terminal looks. */
const neither = ["logFormat", "cacheDir", "runtimeDir"];

describe("the settings in a cell", () => {
  const names = Object.keys(settingSpecs).map((name) => name.replace(/Seconds$/, ""));

  it("are each an option of startLab, something of lab.publish, or known to be neither", () => {
    const missing = names.filter(
      (name) => !startOptionNames.includes(name) && elsewhereInCells[name] === undefined && !neither.includes(name),
    );
    expect(missing).to.deep.equal([]);
    expect([...startOptionNames, ...Object.keys(elsewhereInCells), ...neither]).to.have.members(names);
  });

  it("of publishing are options of lab.publish", () => {
    const named = Object.values(elsewhereInCells).flatMap((text) => /\{ (\w+) \}/.exec(text)?.[1] ?? []);
    expect(Object.keys(knownOptions)).to.include.members(named);
  });

  it("differ in their default only where the table says so", () => {
    const flags = usualFlags({}, "/logs/lab.log");
    expect(flags).to.deep.equal({ linger: "120", "port-search": "100", "log-file": "/logs/lab.log" });
    const told = Object.keys(cellDefaults).map((name) => settingSpecs[name as "linger"].flag);
    expect(Object.keys(flags)).to.have.members(told);
  });

  it("are those of a variable where no option speaks", () => {
    const env = { LOCALLAB_LINGER: "5m", LOCALLAB_PORT_SEARCH: "0", LOCALLAB_LOG_FILE: "x.log" };
    expect(usualFlags(env, "/logs/lab.log")).to.deep.equal({});
  });

  for (const [options, words] of [
    [{ publish: "on" }, "in a cell it is lab.publish()"],
    [{ domain: "x.test" }, "in a cell it is lab.publish({ domain })"],
    [{ portsearch: 5 }, "Did you mean portSearch?"],
    [{ models_dir: "x" }, "Did you mean modelsDir?"],
    [{ toString: 1 } as object, "There are name, model"],
  ] as const) {
    it(`${JSON.stringify(Object.keys(options))} is refused with: ${words}`, () => {
      expect(() => assertKnownOptions(options as StartOptions)).to.throw(words);
    });
  }

  it("become flags, their paths absolute", () => {
    const alias = { "gpt-4o-mini": "smollm2-135m-instruct", a: "b" };
    expect(flagsOf({ alias })).to.deep.equal({ alias: "gpt-4o-mini=smollm2-135m-instruct,a=b" });
    expect(() => flagsOf({ alias: ["a=b"] } as object)).to.throw("It must be an object such as");
    const options = { portSearch: 5, conversationMemory: "2GiB", logFile: "~/lab.log", modelsDir: "m" };
    expect(flagsOf(options)).to.deep.equal({
      "port-search": "5",
      "conversation-memory": "2GiB",
      "log-file": join(homedir(), "lab.log"),
      "models-dir": resolve("m"),
    });
  });

  it("name the folder of the notebook where a variable has a relative path", () => {
    const env = { LOCALLAB_MODELS_DIR: "m", LOCALLAB_CACHE_DIR: "~/c", LOCALLAB_MODEL: "./x.gguf", LOCALLAB_NAME: "m" };
    expect(withAbsolutePaths(env)).to.deep.equal({
      LOCALLAB_MODELS_DIR: resolve("m"),
      LOCALLAB_CACHE_DIR: join(homedir(), "c"),
      LOCALLAB_MODEL: resolve("x.gguf"),
      LOCALLAB_NAME: "m",
    });
  });
});
