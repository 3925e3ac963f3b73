import { inspect } from "node:util";
import { expect } from "chai";
import { ensureJupyterProxy } from "../../scripts/setup/jupyter-proxy.mjs";
import { skipNotice, skippedParts } from "../../scripts/setup/skip.mjs";
import type { Lab } from "../../src/notebook/lab/lab.js";
import { startLab } from "../../src/notebook/start/start-lab.js";
import { freePort } from "../notebooks/free-port.js";
import { endlessContext, endlessOptions } from "../notebooks/lab-kernel.js";
import { send } from "../support/http-client.js";
import { ownEnvironment } from "../support/own-environment.js";
import { endlessPrompt } from "../support/sample-theory.js";
import { until } from "../support/until.js";
import { JupyterWithProxy } from "./jupyter-with-proxy.js";

const hub = "jupyter.example.org";
const variables = { JUPYTERHUB_SERVICE_PREFIX: "/user/ann/", JUPYTERHUB_API_TOKEN: "of-the-hub" };

describe("a lab behind jupyter-server-proxy", function () {
  this.timeout(120_000);
  ownEnvironment();
  let jupyter: JupyterWithProxy;
  let lab: Lab;

  /** The path of the address that the card shows. */
  const path = (): string => /(\/user\/ann\/proxy\/\d+\/)/.exec(inspect(lab))?.[1] ?? "";
  const key = (): Record<string, string> => ({ "X-API-Key": lab.apiKey?.reveal() ?? "" });
  const start = async (env: Readonly<Record<string, string>>): Promise<void> => {
    Object.assign(process.env, variables, env);
    lab = await startLab({ name: "behind-a-proxy", port: 0, model: "sample", gpu: "off", context: endlessContext });
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
    expect(inspect(lab)).to.include(`https://${hub}/user/ann/proxy/`);
    const { status, json } = await jupyter.get(`${path()}health`, { Host: hub, ...key() });
    expect([status, (json as { model: string }).model]).to.deep.equal([200, "sample"]);
  });

  it("streams piece by piece to who asks for a stream", async () => {
    await start({ JUPYTERHUB_HOST: `https://${hub}` });
    // an answer that goes on for seconds: what has come of it has come before its end
    const body = { ...endlessOptions, prompt: endlessPrompt, stream: true };
    const headers = { Host: hub, Accept: "text/event-stream", ...key() };
    const stream = await jupyter.stream(`${path()}generate`, body, headers);
    expect(stream.status).to.equal(200);
    await stream.until(/data: /);
    const before = stream.chunks.length;
    await until(() => stream.chunks.length > before + 3);
    expect(stream.text()).to.not.include("[DONE]");
    stream.destroy();
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
    expect(inspect(lab)).to.match(/ \/user\/ann\/proxy\/\d+\//);
    expect((await jupyter.get(`${path()}models/available`, { Host: "any.example", ...key() })).status).to.equal(200);
    expect((await jupyter.get(`${path()}models/available`, { Host: "any.example" })).status).to.equal(401);
    const port = Number(new URL(lab.url).port);
    expect((await send(port, "GET", "/models/available", {})).status).to.equal(401);
  });
});
