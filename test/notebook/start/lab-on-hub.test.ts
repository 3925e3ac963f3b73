import { readFileSync } from "node:fs";
import { inspect } from "node:util";
import { expect } from "chai";
import { connectLab } from "../../../src/notebook/lab/connect-lab.js";
import { placeDefaults } from "../../../src/notebook/start/place-defaults.js";
import { startLab } from "../../../src/notebook/start/start-lab.js";
import { readState } from "../../../src/server/state/state-file.js";
import { ownEnvironment } from "../../support/own-environment.js";
import { statusOf } from "../../support/status-of.js";

const token = "token-of-the-hub-0123456789";
const hub = {
  JUPYTERHUB_SERVICE_PREFIX: "/user/ann/",
  JUPYTERHUB_HOST: "https://hub.example.org",
  JUPYTERHUB_API_TOKEN: token,
};
const name = "lab-on-a-hub";
const options = { name, port: 0, model: "none", gpu: "off" } as const;

describe("a lab on a hub", function () {
  this.timeout(60_000);
  const { runtimeDir } = ownEnvironment();
  const state = () => readState(runtimeDir, name);

  before(() => Object.assign(process.env, hub));
  after(() => {
    for (const variable of Object.keys(hub)) delete process.env[variable];
  });
  afterEach(async () => {
    if (state() !== null) await (await startLab({ ...options })).stop();
  });

  it("has a key that this notebook sends by itself, and strangers on the machine do not have", async () => {
    const lab = await startLab(options);
    expect(lab.apiKey?.reveal()).to.match(/^lab_key_[\w-]{43}$/);
    expect((await lab.health()).state).to.equal("no_model");
    expect(await statusOf(`${lab.url}/models/available`)).to.equal(401);
    const other = await connectLab(lab.url);
    expect((await other.health()).state).to.equal("no_model");
    await other.stop();
  });

  it("answers to the hub's name, and to no other", async () => {
    const { url } = await startLab(options);
    const status = (host: string): Promise<number> => statusOf(`${url}/health`, { Host: host });
    expect(await Promise.all(["hub.example.org", "ann.hub.example.org", "evil.example"].map(status))).to.deep.equal([
      200, 200, 421,
    ]);
  });

  it("says at which address the browser finds it, and shows the key nowhere", async () => {
    const lab = await startLab(options);
    const { port } = new URL(lab.url);
    expect(inspect(lab))
      .to.include(`https://hub.example.org/user/ann/proxy/${port}/`)
      .and.include(`On its machine: ${lab.url}.`)
      .and.not.include(lab.apiKey?.reveal());
  });

  it("does not get the hub's token", async function () {
    if (process.platform !== "linux") return this.skip();
    await startLab(options);
    const variables = readFileSync(`/proc/${state()?.pid}/environ`, "utf8");
    expect(variables).to.include("JUPYTERHUB_SERVICE_PREFIX=").and.not.include(token);
  });

  it("keeps its key and its hosts in further starts, and gives way to what a cell asks for", async () => {
    const lab = await startLab(options);
    const { pid, apiKey } = state() ?? {};
    expect(await startLab({ ...options, linger: 120 })).to.equal(lab);
    expect(state()?.pid).to.equal(pid);
    const other = await startLab({ ...options, slots: 2, allowedHosts: ["my.example"] });
    expect(state()).to.deep.include({ apiKey, url: lab.url });
    expect(await statusOf(`${other.url}/health`, { Host: "my.example" })).to.equal(200);
    expect(await statusOf(`${other.url}/health`, { Host: "hub.example.org" })).to.equal(421);
  });
});

describe("what a place gives a lab", () => {
  const place = { allowedHosts: ["hub.example"], needsKey: true };

  it("is a key of its own each time, and the hosts", () => {
    const [one, other] = [placeDefaults(place, {}), placeDefaults(place, {})];
    expect(one.flags).to.deep.equal({ "allowed-hosts": "hub.example" });
    expect(one.apiKey).to.not.equal(other.apiKey);
  });

  it("gives way to the machine's variables, and is nothing where nothing is needed", () => {
    const env = { LOCALLAB_API_KEY: "key-of-the-machine", LOCALLAB_ALLOWED_HOSTS: "x.example" };
    expect(placeDefaults(place, env)).to.deep.equal({ flags: {}, apiKey: undefined });
    expect(placeDefaults({ allowedHosts: [], needsKey: false }, {})).to.deep.equal({ flags: {}, apiKey: undefined });
  });
});
