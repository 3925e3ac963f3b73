import { inspect } from "node:util";
import { expect } from "chai";
import { ensureJupyterProxy } from "../../scripts/setup/jupyter-proxy.mjs";
import { skipNotice, skippedParts } from "../../scripts/setup/skip.mjs";
import type { Lab } from "../../src/notebook/lab/lab.js";
import { startLab } from "../../src/notebook/start/start-lab.js";
import { freePort } from "../notebooks/free-port.js";
import { send } from "../support/http-client.js";
import { ownEnvironment } from "../support/own-environment.js";
import { JupyterWithProxy } from "./jupyter-with-proxy.js";

const hub = "jupyter.example.org";
const variables = { JUPYTERHUB_SERVICE_PREFIX: "/user/ann/", JUPYTERHUB_API_TOKEN: "of-the-hub" };

describe("a lab behind jupyter-server-proxy", function () {
  this.timeout(120_000);
  ownEnvironment();
  let jupyter: JupyterWithProxy;
  let lab: Lab;

  /** The path of the address that the card shows. */
  const path = (): string => /address (?:https?:\/\/[^/]+)?(\/\S+)/.exec(inspect(lab))?.[1] ?? "";
  const key = (): Record<string, string> => ({ "X-API-Key": lab.apiKey?.reveal() ?? "" });
  const start = async (env: Readonly<Record<string, string>>): Promise<void> => {
    Object.assign(process.env, variables, env);
    lab = await startLab({ name: "behind-a-proxy", port: 0, model: "sample", gpu: "off", context: 4096 });
  };

  before(async function () {
    if (skippedParts().has("jupyter-proxy")) {
      console.log(`      ${skipNotice("jupyter-proxy")}`);
      return this.skip();
    }
    const { python } = await ensureJupyterProxy({ log: console.log });
    jupyter = await JupyterWithProxy.start(python, await freePort(), variables.JUPYTERHUB_SERVICE_PREFIX);
  });
  afterEach(async () => {
    await lab.stop();
    for (const name of [...Object.keys(variables), "JUPYTERHUB_HOST"]) delete process.env[name];
  });
  after(async () => {
    await jupyter?.stop();
  });

  it("answers at the address on the card, under the hub's name", async () => {
    await start({ JUPYTERHUB_HOST: `https://${hub}` });
    expect(inspect(lab)).to.include(`address https://${hub}/user/ann/proxy/`);
    const { status, json } = await jupyter.get(`${path()}health`, { Host: hub, ...key() });
    expect([status, (json as { model: string }).model]).to.deep.equal([200, "sample"]);
  });

  it("streams piece by piece to who asks for a stream", async () => {
    await start({ JUPYTERHUB_HOST: `https://${hub}` });
    const body = { prompt: "The sea", max_length: 2000, temperature: 0, repetition_penalty: 1, stream: true };
    const headers = { Host: hub, Accept: "text/event-stream", ...key() };
    const stream = await jupyter.stream(`${path()}generate`, body, headers);
    expect(stream.status).to.equal(200);
    await stream.until(/data: /);
    const isWhole = (): boolean => stream.text().includes("[DONE]");
    const early = isWhole();
    await stream.end();
    expect([early, isWhole(), stream.chunks.length > 3]).to.deep.equal([false, true, true]);
  });

  it("wants the key that the card speaks of, and refuses another name", async () => {
    await start({ JUPYTERHUB_HOST: `https://${hub}` });
    expect((await jupyter.get(`${path()}models/available`, { Host: hub })).status).to.equal(401);
    const refused = await jupyter.get(`${path()}health`, { Host: "evil.example", ...key() });
    expect([refused.status, (refused.json as { error: { code: string } }).error.code]).to.deep.equal([
      421,
      "misdirected_host",
    ]);
  });

  it("answers under any name, to who has the key, where the hub does not tell its own", async () => {
    await start({});
    expect(path()).to.match(/^\/user\/ann\/proxy\/\d+\/$/);
    expect((await jupyter.get(`${path()}models/available`, { Host: "any.example", ...key() })).status).to.equal(200);
    expect((await jupyter.get(`${path()}models/available`, { Host: "any.example" })).status).to.equal(401);
    const port = Number(new URL(lab.url).port);
    expect((await send(port, "GET", "/models/available", {})).status).to.equal(401);
  });
});
