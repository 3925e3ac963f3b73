import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { serve } from "../../src/server/serve.js";
import { rejection } from "../support/rejection.js";
import { testSettings } from "../support/test-settings.js";

describe("the model of the settings", () => {
  it("that does not load is written to the log, and the server goes on without one", async () => {
    const { settings, remove } = testSettings({ model: "not-there" });
    const logFile = join(settings.cacheDir, `start-${process.pid}.log`);
    const server = await serve({ ...settings, logLevel: "error", logFile });
    expect(await rejection(server.modelLoaded)).to.include({ code: "model_not_found" });
    const health = await (await fetch(`${server.url}/health`)).json();
    expect(health).to.include({ state: "no_model" });
    await server.stop(0);
    const lines = readFileSync(logFile, "utf8").trim().split("\n");
    expect(lines.some((line) => line.includes("did not load") && line.includes("not-there"))).to.equal(true);
    remove();
  });
});
