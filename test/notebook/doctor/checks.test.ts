import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { Connection } from "../../../src/notebook/client/connection.js";
import { checkDisk } from "../../../src/notebook/doctor/check-disk.js";
import { checkEngine } from "../../../src/notebook/doctor/check-engine.js";
import { checkJupyter } from "../../../src/notebook/doctor/check-jupyter.js";
import { checkKernel } from "../../../src/notebook/doctor/check-kernel.js";
import { checkNode } from "../../../src/notebook/doctor/check-node.js";
import { checkPort } from "../../../src/notebook/doctor/check-port.js";
import { checkProcessor } from "../../../src/notebook/doctor/check-processor.js";
import { checkRuntimeFolder } from "../../../src/notebook/doctor/check-runtime-folder.js";
import { checkAuthtoken, checkHubToken } from "../../../src/notebook/doctor/check-tokens.js";
import { checkTypes } from "../../../src/notebook/doctor/check-types.js";
import type { DoctorInput } from "../../../src/notebook/doctor/doctor-input.js";
import type { LabState } from "../../../src/server/state/state-file.js";
import { fakeSystem } from "../../support/fake-lab-answers.js";
import { FakeLabServer, sendJson } from "../../support/fake-lab-server.js";
import { temporaryFolder } from "../../support/temp-folder.js";

const token = "2secretTokenOfTheTests";

describe("the doctor's checks", () => {
  let folder: string;
  let input: DoctorInput;
  beforeEach(() => {
    folder = temporaryFolder();
    const env = { HOME: folder, XDG_CONFIG_HOME: folder, XDG_CACHE_HOME: folder, XDG_DATA_HOME: folder };
    input = { env, folder, projectFolder: folder, isKernel: false, connection: undefined, labs: [] };
  });
  const withEnv = (env: Record<string, string>): DoctorInput => ({ ...input, env: { ...input.env, ...env } });

  for (const [version, state] of [
    ["18.20.0", "bad"],
    ["20.18.3", "bad"],
    ["20.19.0", "good"],
    ["22.11.0", "bad"],
    ["22.12.0", "good"],
    ["24.1.0", "good"],
  ] as const) {
    it(`calls Node ${version} ${state}`, () => expect(checkNode(version).state).to.equal(state));
  }

  for (const [others, cores, state, found] of [
    [[0], 2, "good", "2 cores, free"],
    [[3, 0, 2], 2, "good", "2 cores, free"],
    [[1, 2, 3], 2, "warning", "2 cores, 1 thread of other programs on them"],
    [[5], 4, "warning", "4 cores, 5 threads of other programs on them"],
    [[3], 8, "good", "8 cores, 3 threads of other programs on them"],
    [[null], 8, "good", "8 cores"],
  ] as const) {
    it(`processor: ${others.join(", ")} others on ${cores} cores is ${state}`, async () => {
      let looks = 0;
      let isClosed = false;
      const busyThreads = {
        others: () => others[looks++ % others.length] as number | null,
        close: () => {
          isClosed = true;
        },
      };
      expect(await checkProcessor(input, busyThreads, cores)).to.include({ state, found });
      expect(isClosed).to.equal(true);
    });
  }

  it("processor: does not blame others while the lab is at work", async () => {
    const fake = await FakeLabServer.start();
    const connection = new Connection(fake.url, undefined);
    try {
      fake.health.slots = { busy: 1, total: 4 };
      const busyThreads = { others: () => 2, close: () => {} };
      const { state, found } = await checkProcessor({ connection }, busyThreads, 2);
      expect([state, found]).to.deep.equal(["good", "2 cores, the lab is at work"]);
    } finally {
      connection.close();
      await fake.stop();
    }
  });

  it("Jupyter: says version and front end, or that it does not start", async () => {
    const program = join(folder, "jupyter");
    const install = (script: string): void => {
      writeFileSync(program, `#!/bin/sh\n${script}\n`);
      chmodSync(program, 0o755);
    };
    install("echo 'notebook         : 6.4.12'; echo 'jupyterlab       : not installed'");
    expect(await checkJupyter(withEnv({ PATH: folder }))).to.include({
      state: "good",
      found: `notebook 6.4.12 (${program})`,
      fix: null,
    });
    install("echo no >&2; exit 3");
    expect(await checkJupyter(withEnv({ PATH: folder }))).to.include({ state: "warning", fix: `${program} --version` });
    install("echo 'jupyter_core : 5.1'");
    expect(await checkJupyter(withEnv({ PATH: folder }))).to.include({
      state: "warning",
      fix: "pip install jupyterlab",
    });
  });

  it("kernel: no spec, or one whose program is gone, is a warning with the line that repairs it", () => {
    const specFolder = join(folder, "kernels", "tslab");
    mkdirSync(specFolder, { recursive: true });
    const write = (argv: unknown): void => writeFileSync(join(specFolder, "kernel.json"), JSON.stringify({ argv }));
    expect(checkKernel(withEnv({ JUPYTER_PATH: folder })).state).to.equal("warning");
    write([process.execPath, "kernel"]);
    expect(checkKernel(withEnv({ JUPYTER_PATH: folder }))).to.include({ state: "good", fix: null });
    write([process.execPath, join(folder, "gone")]);
    const broken = checkKernel(withEnv({ JUPYTER_PATH: folder }));
    expect(broken).to.include({ state: "warning", fix: "node scripts/install-kernel.mjs" });
    expect(broken.advice).to.contain(join(folder, "gone"));
    expect(checkKernel({ ...input, isKernel: true })).to.include({ state: "good" });
  });

  it("types: found above the folder, else a warning here and bad in a cell", () => {
    const types = join(folder, "node_modules", "@types", "node");
    const deep = join(folder, "a", "b");
    expect(checkTypes({ ...input, folder: deep })).to.include({ state: "warning" });
    expect(checkTypes({ ...input, folder: deep, isKernel: true })).to.include({
      state: "bad",
      fix: "npm install --save-dev @types/node",
    });
    mkdirSync(types, { recursive: true });
    writeFileSync(join(types, "package.json"), '{"version":"20.1.2"}');
    expect(checkTypes({ ...input, folder: deep }).found).to.equal(`@types/node 20.1.2 in ${folder}`);
  });

  it("engine: what the running lab says; a GPU that is left alone is a warning", async () => {
    const fake = await FakeLabServer.start();
    const connection = new Connection(fake.url, undefined);
    try {
      expect(await checkEngine({ ...input, connection })).to.include({ state: "good", found: "CPU, 4 threads" });
      const gpu = { name: "GeForce", vendor: "NVIDIA", memory_bytes: null, memory_used_bytes: null, percent: null };
      fake.on("GET /system/info", (_, response) => sendJson(response, 200, { ...fakeSystem(), gpus: [gpu] }));
      const unused = await checkEngine({ ...input, connection });
      expect(unused.state).to.equal("warning");
      expect(unused.found).to.contain("GeForce");
    } finally {
      connection.close();
      await fake.stop();
    }
    expect((await checkEngine({ ...input, connection })).found).to.match(/CPU, \d+ thread/);
  });

  it("disk: one finding for folders on one disk, also when they do not exist yet", async () => {
    const findings = await checkDisk(withEnv({ LOCALLAB_CACHE_DIR: join(folder, "not", "yet") }));
    expect(findings).to.have.length(1);
    expect(findings[0]?.found).to.match(/^\d[\d.]* [KMGT]iB free at /);
  });

  it("port: free, taken by a lab of ours, taken by another program with a free one to use", async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, "127.0.0.1", resolve));
    const { port } = blocker.address() as { port: number };
    const wanted = withEnv({ LOCALLAB_PORT: String(port) });
    const taken = await checkPort(wanted);
    expect(taken).to.include({ state: "warning", found: `${port} is taken by another program` });
    expect(taken.fix).to.match(/^npx --no -- locallab serve --port \d+$/);
    const lab = { name: "mine", url: `http://127.0.0.1:${port}` } as LabState;
    const ours = await checkPort({ ...wanted, labs: [lab] });
    expect(ours).to.include({ state: "good", found: `${port} is used by the lab "mine"` });
    await new Promise((resolve) => blocker.close(resolve));
    expect(await checkPort(wanted)).to.include({ state: "good", found: `${port} is free` });
  });

  it("state files: will be made, closed to others, open to others", () => {
    const runtimeDir = join(folder, "run");
    const check = () => checkRuntimeFolder(withEnv({ LOCALLAB_RUNTIME_DIR: runtimeDir }));
    expect(check()).to.include({ state: "good", found: `${runtimeDir} will be made` });
    mkdirSync(runtimeDir, { mode: 0o700 });
    expect(check()).to.include({ state: "good", fix: null });
    chmodSync(runtimeDir, 0o755);
    expect(check()).to.include({ state: "warning", fix: `chmod 700 "${runtimeDir}"` });
    chmodSync(runtimeDir, 0o1777);
    expect(check()).to.include({ state: "bad", found: `${runtimeDir} is shared by all users` });
    symlinkSync(runtimeDir, join(folder, "link"));
    const linked = checkRuntimeFolder(withEnv({ LOCALLAB_RUNTIME_DIR: join(folder, "link") }));
    expect(linked.state).to.equal("bad");
    writeFileSync(join(folder, "file"), "");
    const blocked = checkRuntimeFolder(withEnv({ LOCALLAB_RUNTIME_DIR: join(folder, "file") }));
    expect(blocked.state).to.equal("bad");
  });

  it("tokens: yes or no, and never the token", () => {
    expect(checkHubToken(input)).to.include({ state: "absent", found: "no" });
    const inEnvironment = withEnv({ NGROK_AUTHTOKEN: token, HF_TOKEN: token });
    const findings = [checkAuthtoken(inEnvironment), checkHubToken(inEnvironment)];
    mkdirSync(join(folder, "ngrok"));
    writeFileSync(join(folder, "ngrok", "ngrok.yml"), `version: 3\nagent:\n  authtoken: ${token}\n`);
    findings.push(checkAuthtoken(input));
    expect(findings.map(({ found }) => found)).to.deep.equal(["yes", "yes", "yes"]);
    expect(JSON.stringify(findings)).to.not.contain(token.slice(0, 6));
  });

  it("the token is where publishing reads it, and a warning where publishing refuses the file", () => {
    mkdirSync(join(folder, "ngrok"));
    const file = join(folder, "ngrok", "ngrok.yml");
    for (const [text, found] of [
      [`mine: &mine ${token}\nagent: { authtoken: *mine }\n`, "yes"],
      [`# authtoken: ${token}\n`, "no"],
      [`other:\n  authtoken: ${token}\n`, "no"],
      [`agent: { authtoken: ${token}\n`, "in a file that cannot be understood"],
    ] as const) {
      writeFileSync(file, text);
      expect(checkAuthtoken(input).found).to.equal(found);
    }
    expect(checkAuthtoken(input)).to.include({ state: "warning", fix: "ngrok config check" });
  });

  it("a token of ours that others may read is a warning", () => {
    mkdirSync(join(folder, "locallab"));
    const file = join(folder, "locallab", "ngrok-authtoken");
    writeFileSync(file, token, { mode: 0o600 });
    expect(checkAuthtoken(input).state).to.equal("good");
    chmodSync(file, 0o644);
    expect(checkAuthtoken(input)).to.include({ state: "warning", fix: `chmod 600 "${file}"` });
  });
});
