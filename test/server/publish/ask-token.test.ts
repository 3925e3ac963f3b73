import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { expect } from "chai";
import { LabError } from "../../../src/server/errors.js";
import { type TokenTerminal, tokenCommand } from "../../../src/server/publish/ask-token.js";
import { temporaryFolder } from "../../support/temp-folder.js";

const token = "2authtoken_typed_by_hand";

interface Bench extends TokenTerminal {
  said: string;
  readonly rawModes: boolean[];
}

function terminal(typed: string, isTTY: boolean): Bench {
  const rawModes: boolean[] = [];
  const input = Object.assign(new PassThrough(), {
    isTTY,
    setRawMode: (mode: boolean) => rawModes.push(mode),
  }) as unknown as Bench["input"];
  (input as unknown as PassThrough).end(typed);
  const bench: Bench = { input, said: "", rawModes, folder: join(temporaryFolder(), "locallab"), say: () => {} };
  return Object.assign(bench, {
    say: (words: string) => {
      bench.said += words;
    },
  });
}

const stored = (bench: Bench): Promise<string> => readFile(join(bench.folder, "ngrok-authtoken"), "utf8");

describe("locallab token", () => {
  it("takes what is typed without showing it, and keeps it for the user alone", async () => {
    const bench = terminal(`${token}x\u007f\r`, true);
    expect(await tokenCommand([], bench)).to.equal(0);
    expect(await stored(bench)).to.equal(`${token}\n`);
    expect((await stat(join(bench.folder, "ngrok-authtoken"))).mode & 0o777).to.equal(0o600);
    expect(bench.rawModes).to.deep.equal([true, false]);
    expect(bench.said).to.contain("not shown").and.not.contain(token);
  });

  it("takes it from a pipe", async () => {
    const bench = terminal(`${token}\n`, false);
    expect(await tokenCommand([], bench)).to.equal(0);
    expect(await stored(bench)).to.equal(`${token}\n`);
    expect(bench.rawModes).to.deep.equal([]);
  });

  it("stores nothing when it is broken off", async () => {
    const bench = terminal(`${token}\u0003`, true);
    expect(await tokenCommand([], bench)).to.equal(130);
    expect(await stored(bench).catch(({ code }) => code)).to.equal("ENOENT");
  });

  it("refuses an authtoken in the command line, without repeating it", async () => {
    const error = await tokenCommand([token], terminal("", true)).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(LabError).with.property("message").that.does.not.contain(token);
  });

  it("refuses what cannot be one", async () => {
    const error = await tokenCommand([], terminal("two words\n", false)).catch((reason: unknown) => reason);
    expect(error).to.include({ code: "invalid_request", param: "authtoken" });
  });
});
