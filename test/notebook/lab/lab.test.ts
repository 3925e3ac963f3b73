import { inspect } from "node:util";
import { expect } from "chai";
import type { LabRequestError } from "../../../src/notebook/client/request-error.js";
import { connectLab } from "../../../src/notebook/lab/connect-lab.js";
import { currentLab } from "../../../src/notebook/lab/current-lab.js";
import type { Lab } from "../../../src/notebook/lab/lab.js";
import { FakeLabServer, framesOf, openStream, sendError } from "../../support/fake-lab-server.js";
import { rejection } from "../../support/rejection.js";
import { runProgram } from "../../support/run-program.js";

const key = "secret-key-0123456789";

describe("a connected lab", () => {
  let fake: FakeLabServer;
  let lab: Lab;

  beforeEach(async () => {
    fake = await FakeLabServer.start();
    lab = await connectLab(`${fake.url}/`, { apiKey: key });
  });
  afterEach(async () => {
    await lab.stop();
    await fake.stop();
  });

  it("shows its address, state and model, and its key nowhere", () => {
    const shown = [
      inspect(lab),
      inspect({ lab }),
      inspect(lab.apiKey),
      `${lab.apiKey}`,
      JSON.stringify({ lab, key: lab.apiKey }),
    ];
    expect(shown[0]).to.include(" · sample · ready\n4 × 4096 tokens · CPU, 4 threads").and.include(fake.url);
    expect(shown.join()).to.not.include(key).and.not.include("0123");
    expect(shown.join()).to.include("••••6789");
    expect(lab.apiKey?.reveal()).to.equal(key);
  });

  it("gives what the server says about itself, as data and as text", async () => {
    const [models, system, requests, health] = await Promise.all([
      lab.models.list(),
      lab.system(),
      lab.requests(),
      lab.health(),
    ]);
    expect(models.models[0]?.id).to.equal("sample");
    expect(inspect(models))
      .to.match(/^Model +State +Parameters +Quantization +Trained for +File +Memory +Remark/)
      .and.include("It is <b>no</b> GGUF file.");
    expect(inspect(models)).to.not.include("\u202e");
    expect(inspect(system)).to.include("Memory: 2.0 GiB of 8.0 GiB in use");
    expect(inspect(requests)).to.include("queued, place 2");
    expect(inspect(health)).to.equal("ready · model sample · 0 of 4 slots busy · up 12.0 s · version 0.1.0");
    expect(JSON.parse(JSON.stringify(health))).to.deep.equal(fake.health);
  });

  it("loads a model with the options given, and unloads it", async () => {
    const model = await lab.models.load("sample", { context: 512, slots: 2 });
    expect(fake.seen.find(({ path }) => path === "/models/load")?.body).to.deep.equal({
      model_id: "sample",
      context: 512,
      slots: 2,
    });
    expect(inspect(model)).to.include("Context: 4096 tokens · 4 slots");
    expect(inspect(await lab.models.unload())).to.equal("sample is unloaded, 1.0 KiB came back.");
    expect((await lab.models.current()).id).to.equal("sample");
  });

  it("says why a model did not load", async () => {
    fake.on("POST /models/load", (_, response) =>
      sendError(response, 400, "model_load_failed", '"b" did not load: it is too large.'),
    );
    expect(await rejection(lab.models.load("b"))).to.include({ code: "model_load_failed" });
  });

  it("lets go of the server when stopped: its requests end, the server runs on", async () => {
    const reply = lab.generate("endless");
    const running = await fake.request(({ path }) => path === "/generate");
    const receipt = await lab.stop();
    expect(receipt).to.include({ url: fake.url, server_stopped: false });
    expect(inspect(receipt)).to.equal(`This notebook let go of ${fake.url}. The server runs on.`);
    expect(await running.outcome).to.equal("left");
    expect(await rejection(reply)).to.include({ code: "lab_stopped" });
    expect(await rejection(lab.generate("hi"))).to.include({ code: "lab_stopped" });
    expect(inspect(lab))
      .to.match(/ · sample · stopped\n/)
      .and.not.include(fake.url);
    expect(await lab.stop()).to.equal(receipt);
  });

  it("is found again by currentLab until it is stopped", async () => {
    expect(currentLab()).to.equal(lab);
    const second = await connectLab(fake.url);
    expect(currentLab()).to.equal(second);
    await second.stop();
    expect(currentLab()).to.equal(lab);
    await lab.stop();
    expect(currentLab).to.throw("No lab runs in this notebook");
  });

  it("is refused when its key is", async () => {
    fake.on("GET /health", (_, response) => sendError(response, 401, "invalid_api_key", "The key is not known."));
    expect(await rejection(connectLab(fake.url, { apiKey: "wrong" }))).to.include({
      code: "invalid_api_key",
      status: 401,
    });
  });

  it("is not asked with a key that no lab has", async () => {
    const before = fake.seen.length;
    for (const apiKey of ["a-key-with-a-line-end\n", "schlüssel-schlüssel", "with a blank", null, 7]) {
      const error = await rejection<LabRequestError>(connectLab(fake.url, { apiKey: apiKey as string }));
      expect(error).to.include({ code: "invalid_request", param: "apiKey" });
      expect(error.message)
        .to.match(/^apiKey /)
        .and.not.include(String(apiKey).slice(0, 6).replace("null", "\0"));
    }
    expect(fake.seen.length).to.equal(before);
  });

  it("has no log here", async () => {
    expect(await rejection(lab.logs())).to.include({ code: "log_not_here" });
    expect(await rejection(lab.logs(0))).to.include({ code: "invalid_request", param: "lines" });
  });

  it("shows no control character of a model where text is streamed", async () => {
    fake.on("POST /generate", ({ path }, response) => {
      openStream(response);
      response.end(framesOf(path, ["a\u001b[2Jb", "\u009b31m", "\r\u0007c"]));
    });
    const script = `
      import { connectLab } from "./src/notebook/lab/connect-lab.ts";
      await (await connectLab("${fake.url}")).show("hi");`;
    const { stdout } = await runProgram(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", script]);
    expect(stdout.split("\n")[0]).to.equal("a␛[2Jb⟨U+009B⟩31m␍␇c");
  });

  it("does not keep a script alive, and streams text into its output", async () => {
    const script = `
      import { connectLab } from "./src/notebook/lab/connect-lab.ts";
      const lab = await connectLab("${fake.url}");
      await lab.show("hi");
      console.log(lab, process.listenerCount("SIGINT"));`;
    const { code, stdout, stderr } = await runProgram(
      process.execPath,
      ["--import", "tsx", "--input-type=module", "--eval", script],
      { timeoutMs: 15_000 },
    );
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: "" });
    expect(stdout).to.match(
      /^Once upon a time\.\n— 4 tokens · .* · ended by itself\n127\.0\.0\.1:\d+ · sample · ready\n4 × 4096 tokens .* 0\n$/,
    );
  });
});
