import { chmod, chown, mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { type AuthtokenSources, findAuthtoken, storeAuthtoken } from "../../../src/server/publish/authtoken.js";

const word = (name: string): string => `2authtoken_of_${name}`;

describe("the authtoken", () => {
  let home: string;
  let folder: string;

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), "locallab-home-"));
    folder = join(home, "config", "locallab");
  });
  afterEach(async () => rm(home, { recursive: true }));

  const find = (more: Partial<AuthtokenSources> = {}) => findAuthtoken({ env: {}, home, folder, os: "linux", ...more });

  async function write(path: string, text: string): Promise<string> {
    await mkdir(dirname(join(home, path)), { recursive: true });
    await writeFile(join(home, path), text);
    return join(home, path);
  }

  it("comes from the option, then the environment, then ngrok's file, then our own", async () => {
    expect(await find()).to.equal(undefined);
    const own = await storeAuthtoken(word("own"), folder);
    expect(await find()).to.deep.equal({ authtoken: word("own"), source: own });
    const theirs = await write(".config/ngrok/ngrok.yml", `version: 3\nagent:\n  authtoken: ${word("ngrok")}\n`);
    expect(await find()).to.deep.equal({ authtoken: word("ngrok"), source: theirs });
    const env = { NGROK_AUTHTOKEN: ` ${word("env")}\n` };
    expect(await find({ env })).to.deep.equal({ authtoken: word("env"), source: "NGROK_AUTHTOKEN" });
    const option = word("option");
    expect(await find({ env, option })).to.deep.equal({ authtoken: option, source: "option" });
  });

  it("is found where ngrok keeps it on macOS and where its second version did", async () => {
    const legacy = await write(".ngrok2/ngrok.yml", `authtoken: ${word("legacy")}\n`);
    expect((await find())?.source).to.equal(legacy);
    const mac = await write("Library/Application Support/ngrok/ngrok.yml", `authtoken: ${word("mac")}\n`);
    expect((await find())?.source).to.equal(legacy);
    expect((await find({ os: "darwin" }))?.source).to.equal(mac);
    const moved = await write("elsewhere/ngrok/ngrok.yml", `authtoken: ${word("moved")}\n`);
    expect((await find({ env: { XDG_CONFIG_HOME: join(home, "elsewhere") } }))?.source).to.equal(moved);
  });

  it("is stored for the user alone, in place of a former one, and nothing else is left", async () => {
    await storeAuthtoken(word("former"), folder);
    const path = await storeAuthtoken(word("new"), folder);
    expect((await stat(path)).mode & 0o777).to.equal(0o600);
    expect((await stat(folder)).mode & 0o777).to.equal(0o700);
    expect(await readdir(folder)).to.have.length(1);
    expect((await find())?.authtoken).to.equal(word("new"));
  });

  async function messageOf(attempt: Promise<unknown>): Promise<string> {
    const error = await attempt.then(
      () => expect.fail("it was taken"),
      (reason: Error) => reason,
    );
    expect(error).to.include({ code: "invalid_request", param: "authtoken" });
    return error.message;
  }

  it("is refused from a file that others may read", async () => {
    const path = await storeAuthtoken(word("own"), folder);
    await chmod(path, 0o644);
    expect(await messageOf(find()))
      .to.contain("mode 644")
      .and.contain(`chmod 600 "${path}"`);
  });

  it("is refused from a file of another user", async function () {
    if (process.getuid?.() !== 0) this.skip();
    const path = await storeAuthtoken(word("own"), folder);
    await chown(path, 12_345, 0);
    expect(await messageOf(find()))
      .to.contain("another user (12345)")
      .and.not.contain(word("own"));
  });

  it("is refused, and not shown, when it cannot be one", async () => {
    for (const option of ["", "short", "with blanks in it", "x".repeat(513), "über-geheim"]) {
      const message = await messageOf(find({ option }));
      expect(message).to.contain("8 to 512 visible ASCII characters");
      if (option !== "") expect(message).to.not.contain(option);
    }
    await messageOf(storeAuthtoken("two words", folder));
    expect(await readdir(home)).to.deep.equal([]);
  });

  it("is refused from a file that cannot be read, naming it", async () => {
    await mkdir(join(home, ".config", "ngrok", "ngrok.yml"), { recursive: true });
    expect(await messageOf(find())).to.contain(join(home, ".config", "ngrok", "ngrok.yml"));
  });

  it("is refused from a file that is too large to be a configuration", async () => {
    await write(".config/ngrok/ngrok.yml", "#".repeat(1024 * 1024 + 1));
    expect(await messageOf(find())).to.contain("1048577 bytes");
  });
});
