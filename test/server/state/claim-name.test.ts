import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { claimName } from "../../../src/server/state/claim-name.js";
import { programFile } from "../../../src/server/state/program-file.js";
import { temporaryFolder } from "../../support/temp-folder.js";

/** Processes that claim at the same moment. */
const claimants = 6;
const rounds = 60;

describe("claimName", () => {
  let folder: string;
  beforeEach(() => {
    folder = join(temporaryFolder(), "run");
  });

  it("gives a name to one at a time, each name for itself, and again once it was let go", () => {
    const letGo = claimName(folder, "default");
    expect(claimName(folder, "default")).to.equal(undefined);
    expect(claimName(folder, "other")).to.be.a("function");
    letGo?.();
    expect(claimName(folder, "default")).to.be.a("function");
  });

  for (const [what, content] of [
    ["a dead process", "999999 1 x"],
    ["a process whose number another has now", `${process.pid} 1@boot x`],
    ["nobody", ""],
    ["another version of the program", "1 2"],
  ] as const) {
    it(`takes over the claim of ${what}`, () => {
      mkdirSync(folder, { mode: 0o700 });
      writeFileSync(join(folder, "default.claim"), content, { mode: 0o600 });
      const letGo = claimName(folder, "default");
      expect(letGo).to.be.a("function");
      letGo?.();
      expect(readdirSync(folder)).to.deep.equal([]);
    });
  }

  it("takes over from a process that died while it took over", () => {
    mkdirSync(folder, { mode: 0o700 });
    for (const file of ["default.claim", "default.claim~", "default.claim~~"]) {
      writeFileSync(join(folder, file), "999999 1 x", { mode: 0o600 });
    }
    expect(claimName(folder, "default")).to.be.a("function");
    expect(readdirSync(folder)).to.deep.equal(["default.claim"]);
  });

  it("does not follow a link that lies in the claim's place", () => {
    mkdirSync(folder, { mode: 0o700 });
    const elsewhere = join(folder, "..", "theirs");
    writeFileSync(elsewhere, "theirs");
    symlinkSync(elsewhere, join(folder, "default.claim"));
    expect(claimName(folder, "default")).to.be.a("function");
    expect(readFileSync(elsewhere, "utf8")).to.equal("theirs");
  });

  it("lets go of its own claim only", () => {
    const letGo = claimName(folder, "default");
    const path = join(folder, "default.claim");
    writeFileSync(path, "another's");
    letGo?.();
    expect(existsSync(path)).to.equal(true);
  });

  it(`has one winner among ${claimants} processes that claim at the same moment`, async function () {
    this.timeout(180_000);
    const { path, execArgv } = programFile(import.meta.url, "../../support/claimant-child");
    const children = Array.from({ length: claimants }, () => fork(path, [], { execArgv }));
    try {
      await Promise.all(children.map((child) => once(child, "message")));
      for (let round = 0; round < rounds; round++) {
        const place = join(folder, String(round));
        mkdirSync(place, { recursive: true, mode: 0o700 });
        // every second time a dead process has left its claim
        if (round % 2 === 1) writeFileSync(join(place, "default.claim"), "999999 1 x", { mode: 0o600 });
        expect(await winners(children, place), `round ${round}`).to.equal(1);
      }
    } finally {
      for (const child of children) child.kill("SIGKILL");
      await Promise.all(children.map((child) => child.exitCode ?? child.signalCode ?? once(child, "exit")));
    }
  });
});

async function winners(children: readonly ChildProcess[], folder: string): Promise<number> {
  const answers = children.map(async (child) => {
    const [answer] = await once(child, "message");
    return answer === "won";
  });
  const at = Date.now() + 30;
  for (const child of children) child.send({ folder, at });
  return (await Promise.all(answers)).filter((won) => won).length;
}
