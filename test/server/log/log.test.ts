import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { createLog, type Log } from "../../../src/server/log.js";

describe("the log", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "locallab-log-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function lines(
    level: "debug" | "warn" | "silent",
    write: (log: Log) => void,
  ): Promise<Record<string, unknown>[]> {
    const file = join(folder, "log");
    const log = createLog(level, file);
    write(log);
    await log.close();
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    return readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  it("writes one JSON object a line", async () => {
    const [line] = await lines("debug", (log) => log.info("two\nlines", { port: 1 }));
    expect(line).to.include({ level: "info", message: "two\nlines", port: 1 });
  });

  it("leaves out what is below its level, and everything when silent", async () => {
    expect(await lines("warn", (log) => log.info("no"))).to.deep.equal([]);
    rmSync(join(folder, "log"));
    expect(await lines("silent", (log) => log.error("no"))).to.deep.equal([]);
  });

  it("never writes a hidden text, wherever it appears", async () => {
    const secret = 'pass"word\\123';
    const written = await lines("debug", (log) => {
      log.hide(secret);
      log.error(`it was ${secret}`, { nested: { deep: secret }, error: new Error(secret) });
    });
    expect(JSON.stringify(written)).to.contain("[redacted]").and.not.contain("123");
  });

  it("never writes a field with the name of a secret", async () => {
    const written = await lines("debug", (log) =>
      log.info("x", { authorization: "Bearer abc", headers: { "X-API-Key": "abc", cookie: "abc" }, authtoken: "abc" }),
    );
    expect(JSON.stringify(written)).to.not.contain("abc");
  });

  it("tells an error's name, message and stack", async () => {
    const [line] = await lines("debug", (log) => log.error("x", { error: new TypeError("why") }));
    expect(line?.error).to.include({ name: "TypeError", message: "why" });
  });
});
