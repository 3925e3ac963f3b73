import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { dataFolderOf, readInstallOptions } from "../../scripts/setup/install-options.mjs";
import { installKernel, uninstallKernel } from "../../scripts/setup/kernel-installation.mjs";
import { runProgram } from "../support/run-program.js";
import { temporaryFolder } from "../support/temp-folder.js";

const program = fileURLToPath(new URL("../../scripts/install-kernel.mjs", import.meta.url));

describe("set-up: the kernel in a Jupyter of the user's own", function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(() => {
    folder = temporaryFolder();
  });

  it("goes into the user's folder, the active environment or a prefix", () => {
    const here = {
      env: { VIRTUAL_ENV: "/venv", CONDA_PREFIX: "/conda" },
      platform: "linux",
      pythonPrefix: "/usr",
    } as const;
    expect(dataFolderOf("user", here)).to.match(/\/\.local\/share\/jupyter$/);
    expect(dataFolderOf("environment", here)).to.equal("/venv/share/jupyter");
    expect(dataFolderOf("environment", { ...here, env: { CONDA_PREFIX: "/conda" } })).to.equal("/conda/share/jupyter");
    expect(dataFolderOf("environment", { ...here, env: {} })).to.equal("/usr/share/jupyter");
    expect(dataFolderOf("environment", { ...here, env: {}, pythonPrefix: undefined })).to.equal(undefined);
    expect(dataFolderOf({ prefix: "/opt/hub" }, here)).to.equal("/opt/hub/share/jupyter");
  });

  it("is asked for by flags, and a wrong one is refused in one sentence with those that there are", () => {
    expect(readInstallOptions([], {}).options).to.deep.equal({ uninstall: false, model: true, place: "user" });
    expect(readInstallOptions(["--sys-prefix", "--no-model"], {}).options?.place).to.equal("environment");
    expect(readInstallOptions(["--prefix", "/x", "--uninstall"], { LOCALLAB_NO_MODEL: "1" }).options).to.deep.equal({
      uninstall: true,
      model: false,
      place: { prefix: "/x" },
    });
    for (const args of [["--frob"], ["here"], ["--prefix"], ["--prefix="], ["--user", "--sys-prefix"]]) {
      expect(readInstallOptions(args, {}).problem, args.join(" ")).to.match(/takes --sys-prefix .*--uninstall\.$/);
    }
  });

  it("is written with its pictures, says what comes next, and is taken out without a trace", async () => {
    const run = async (...args: string[]) =>
      runProgram(process.execPath, [program, "--prefix", folder, "--no-model", ...args]);
    const { code, stdout, stderr } = await run();
    expect({ code, stderr }, stdout).to.deep.equal({ code: 0, stderr: "" });
    expect(stdout).to.include("Next: ").and.include('import { startLab } from "locallab"').and.include("--uninstall");
    const kernel = join(folder, "share", "jupyter", "kernels", "tslab");
    expect(readdirSync(kernel).sort()).to.deep.equal([
      "kernel.json",
      "logo-32x32.png",
      "logo-64x64.png",
      "logo-svg.svg",
    ]);
    expect((await run("--uninstall")).stdout).to.include("taken out of");
    expect(existsSync(kernel)).to.equal(false);
    expect((await run("--uninstall")).stdout).to.include("none in");
  });

  it("keeps another kernel of its name and gives it back", () => {
    const file = join(folder, "kernels", "tslab", "kernel.json");
    mkdirSync(join(folder, "kernels", "tslab"), { recursive: true });
    const others = JSON.stringify({ argv: ["/usr/bin/tslab", "kernel"] });
    writeFileSync(file, others);
    expect(uninstallKernel(folder)).to.equal("another's");
    expect(installKernel(folder).kept).to.equal(true);
    expect(installKernel(folder).kept).to.equal(false);
    expect(readFileSync(file, "utf8")).to.not.equal(others);
    expect(uninstallKernel(folder)).to.equal("removed");
    expect(readFileSync(file, "utf8")).to.equal(others);
    expect(readdirSync(join(folder, "kernels", "tslab"))).to.deep.equal(["kernel.json"]);
    expect(readdirSync(folder)).to.deep.equal(["kernels"]);
  });

  it("says in one line why a folder cannot be used", async () => {
    writeFileSync(join(folder, "share"), "a file, not a folder");
    const { code, stdout } = await runProgram(process.execPath, [program, "--prefix", folder, "--no-model"]);
    expect(code).to.equal(1);
    expect(stdout.trim().split("\n").at(-1)).to.match(/^kernel .*share/);
  });
});
