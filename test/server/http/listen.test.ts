import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { listen, listening } from "../../../src/server/http/listen.js";
import { readSettings } from "../../../src/server/settings/read-settings.js";
import { processIdentity } from "../../../src/server/state/process-identity.js";
import { writeState } from "../../../src/server/state/state-file.js";
import { rejection } from "../../support/rejection.js";
import { temporaryFolder } from "../../support/temp-folder.js";

const quiet = { warn: (): void => {} };

describe("listening", () => {
  let server: Server;

  beforeEach(() => {
    server = createServer();
  });
  afterEach(() => server.close());

  it("a connection that cannot be taken is a line in the log, and ends nothing", async () => {
    const told: unknown[] = [];
    await listening(server, { path: join(temporaryFolder(), "a.sock") }, { warn: (_, fields) => told.push(fields) });
    const error = Object.assign(new Error("accept EMFILE"), { code: "EMFILE" });
    server.emit("error", error);
    expect(told).to.deep.equal([{ error }]);
  });

  it("says what is wrong with a folder that cannot hold the socket", async () => {
    const error = await rejection(listening(server, { path: join(temporaryFolder(), "none", "a.sock") }, quiet));
    expect(error).to.have.property("code").that.is.oneOf(["ENOENT", "EACCES"]);
    expect(server.listenerCount("error")).to.equal(0);
  });

  it("a port that is taken is refused by its number, with what to do; with a search the next one is taken", async () => {
    await listening(server, { host: "127.0.0.1", port: 0 }, quiet);
    const { port } = server.address() as AddressInfo;
    const settings = { ...readSettings({}, {}), host: "127.0.0.1", port, portSearch: 0 };
    const second = createServer();
    const error = await rejection(listen(second, settings, quiet));
    expect(error).to.include({ code: "invalid_request" });
    expect(String(error)).to.contain(`Port ${port}`).and.to.contain("--port");
    const other = await listen(second, { ...settings, portSearch: 50 }, quiet);
    second.close();
    expect(other).to.be.greaterThan(port);
  });

  it("a port that a lab of mine has is refused by that lab's name, with what to do", async () => {
    await listening(server, { host: "127.0.0.1", port: 0 }, quiet);
    const { port } = server.address() as AddressInfo;
    const runtimeDir = temporaryFolder();
    const url = `http://127.0.0.1:${port}`;
    const own = { pid: process.pid, processStart: processIdentity(process.pid) ?? "", version: "0", url };
    const state = { ...own, name: "quick", socket: null, ownerKey: "lab_owner_x", apiKey: null, logFile: null };
    writeState(runtimeDir, { ...state, flags: {}, settings: {} });
    const settings = { ...readSettings({}, {}), runtimeDir, host: "127.0.0.1", port, portSearch: 0 };
    const error = await rejection(listen(createServer(), settings, quiet));
    expect(String(error))
      .to.contain('used by your lab "quick"')
      .and.contain("--port")
      .and.contain("locallab stop quick");
  });
});
