import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { halfMade } from "../../scripts/setup/half-made.mjs";
import { runProgram } from "../support/run-program.js";
import { temporaryFolder } from "../support/temp-folder.js";

describe("set-up: what is half made", () => {
  it("is removed when it is no longer wanted, and what killed processes left, not what others are at", () => {
    const parent = join(temporaryFolder(), "models");
    mkdirSync(join(parent, ".starter-999999999"), { recursive: true });
    mkdirSync(join(parent, `.starter-${process.ppid}`));
    mkdirSync(join(parent, ".starter-of-mine"));
    const { folder, remove } = halfMade(parent, "starter");
    expect(existsSync(folder)).to.equal(true);
    remove();
    expect(readdirSync(parent).sort()).to.deep.equal([`.starter-${process.ppid}`, ".starter-of-mine"].sort());
  });

  it("goes with its process when that is told to end in the middle of a program", async () => {
    const parent = temporaryFolder();
    const module = (name: string): string => JSON.stringify(join(process.cwd(), "scripts", "setup", name));
    const source = `const { halfMade } = await import(${module("half-made.mjs")});
      const { runCommand } = await import(${module("run-command.mjs")});
      const { folder } = halfMade(${JSON.stringify(parent)}, "starter");
      const { existsSync } = await import("node:fs");
      console.log(existsSync(folder));
      await runCommand("/bin/sh", ["-c", "kill -INT $PPID; exec sleep 60"]);`;
    const { code, stdout } = await runProgram(process.execPath, ["--input-type=module", "-e", source]);
    expect({ code, stdout }).to.deep.equal({ code: 130, stdout: "true\n" });
    expect(readdirSync(parent)).to.deep.equal([]);
  });
});
