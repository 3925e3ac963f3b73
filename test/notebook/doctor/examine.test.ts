import { inspect } from "node:util";
import { expect } from "chai";
import { reportView } from "../../../src/notebook/doctor/doctor-view.js";
import { examine } from "../../../src/notebook/doctor/examine.js";
import type { DoctorReport } from "../../../src/notebook/doctor/finding.js";
import { connectLab } from "../../../src/notebook/lab/connect-lab.js";
import type { LabState } from "../../../src/server/state/state-file.js";
import { FakeLabServer } from "../../support/fake-lab-server.js";
import { temporaryFolder } from "../../support/temp-folder.js";

describe("the doctor", () => {
  it("looks at everything in less than 3 s", async () => {
    const { findings, took_ms } = await examine({
      env: { PATH: process.env.PATH },
      folder: temporaryFolder(),
      projectFolder: temporaryFolder(),
      isKernel: false,
      connection: undefined,
      labs: [],
    });
    const names = [
      "Node",
      "Jupyter",
      "Kernel",
      "Types",
      "Engine",
      "Processor",
      "Memory",
      "Disk",
      "Port",
      "State files",
    ];
    expect(findings.map(({ check }) => check)).to.deep.equal([...names, "ngrok token", "HF token"]);
    expect(took_ms).to.be.below(3000);
    for (const { found, advice, fix } of findings) {
      expect(found).to.not.equal("");
      expect(advice).to.match(/[.:]$/);
      expect(fix).to.not.equal("");
    }
  });

  it("never fails: a check that cannot look is a finding", async () => {
    const broken = { name: "odd", url: "no address", settings: {} } as unknown as LabState;
    const input = { env: {}, folder: "\0", projectFolder: "", isKernel: true, connection: undefined, labs: [broken] };
    const { findings } = await examine(input);
    expect(findings.find(({ check }) => check === "Port")).to.include({
      state: "warning",
      advice: "It could not be looked at.",
    });
  });

  it("shows a mark, what was found, advice and the line to copy, as text and as a table that is escaped", () => {
    const report: DoctorReport = {
      state: "bad",
      took_ms: 12,
      findings: [
        { check: "Node", state: "bad", found: "<b>18</b>\u001b", advice: "Too old.", fix: "nvm install 22 && true" },
        { check: "Port", state: "warning", found: "8000 is taken", advice: "Choose another.", fix: null },
        { check: "Disk", state: "good", found: "9 GiB free", advice: "Fine.", fix: null },
      ],
    };
    const view = reportView(report);
    expect(view.text().split("\n")).to.deep.equal([
      "✘ Node         <b>18</b>␛. Too old.",
      "               nvm install 22 && true",
      "⚠ Port         8000 is taken. Choose another.",
      "✔ Disk         9 GiB free. Fine.",
      "LocalLab does not run like this; ✘ says what to repair (looked at in 12 ms).",
    ]);
    const { source } = view.html();
    expect(source).to.contain("&lt;b&gt;18&lt;/b&gt;␛").and.contain(">nvm install 22 &amp;&amp; true</code>");
    expect(source).to.not.contain("<b>18");
  });

  it("is there on a lab, asks it about its engine, and prints itself", async () => {
    const fake = await FakeLabServer.start();
    const lab = await connectLab(fake.url);
    try {
      const report = await lab.doctor();
      expect(report.findings.find(({ check }) => check === "Engine")?.found).to.equal("CPU, 4 threads");
      expect(inspect(report)).to.match(/^[✔⚠✘] Node +\d/);
    } finally {
      await lab.stop();
      await fake.stop();
    }
  });
});
