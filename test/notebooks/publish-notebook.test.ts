import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { skippedParts } from "../../scripts/setup/skip.mjs";
import { skipWithoutAgent } from "../server/publish/tunnel-bench.js";
import { LoopbackEdge } from "../support/ngrok-edge/loopback-edge.js";
import { type Executed, executedNotebooks } from "./executed-notebooks.js";

const name = "04-publish.ipynb";

describe("the notebook that publishes", function () {
  this.timeout(600_000);
  let executed: Executed;
  let saved: string;

  before(async function () {
    if (skippedParts().has("jupyter")) return this.skip();
    skipWithoutAgent(this);
    executed = await executedNotebooks();
    saved = readFileSync(join(executed.folder, name), "utf8");
  });

  it("runs to its end and leaves no session behind", () => {
    const { code, text } = executed.reports.get(name) ?? {};
    expect(code, text).to.equal(0);
    expect(executed.sessions).to.deep.equal({ opened: 1, left: 0 });
  });

  it("shows that strangers get nothing, and in the end that it is closed", () => {
    expect(saved).to.contain("<b>closed</b>").and.not.contain("<b>online</b>");
    expect(saved)
      .to.contain("401 This server needs an API key")
      .and.match(/200 .{10,}/);
  });

  it("saves no authtoken and no key", () => {
    expect(saved).to.not.contain(LoopbackEdge.token);
    expect(saved).to.not.match(/lab_(pub|pass|owner|check)_[\w-]{20}/);
  });
});
