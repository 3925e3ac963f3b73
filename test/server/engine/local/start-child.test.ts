import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import type { FromEngine } from "../../../../src/server/engine/local/messages.js";
import { engineEnvironment, startChild } from "../../../../src/server/engine/local/start-child.js";
import { createLog } from "../../../../src/server/log.js";
import { boundProgram } from "../../../../src/server/state/bound-program.js";
import { processIdentity } from "../../../../src/server/state/process-identity.js";
import { runProgram } from "../../../support/run-program.js";
import { until } from "../../../support/until.js";

describe("the environment of an engine process", () => {
  it("has what native code needs, and no secret", () => {
    const given = {
      PATH: "/bin",
      HOME: "/home/ann",
      CUDA_VISIBLE_DEVICES: "0",
      LD_LIBRARY_PATH: "/lib",
      NGROK_AUTHTOKEN: "secret",
      HF_TOKEN: "secret",
      LOCALLAB_API_KEY: "secret",
      OPENAI_API_KEY: "secret",
      AWS_SECRET_ACCESS_KEY: "secret",
      NODE_OPTIONS: "--inspect",
      UV_THREADPOOL_SIZE: "64",
      UNSET: undefined,
    };
    expect(engineEnvironment(given)).to.deep.equal({
      UV_THREADPOOL_SIZE: "1",
      PATH: "/bin",
      HOME: "/home/ann",
      CUDA_VISIBLE_DEVICES: "0",
      LD_LIBRARY_PATH: "/lib",
    });
  });
});

describe("a started engine process", function () {
  this.timeout(60_000);

  it("answers, is ended before the server when memory runs out, and has the environment it was given", async () => {
    process.env.NGROK_AUTHTOKEN = "a-secret-of-the-tests";
    const link = startChild(createLog("silent"));
    try {
      const answer = new Promise<FromEngine>((resolve) => link.listen(resolve));
      link.send({ type: "ping" });
      expect(await answer).to.deep.equal({ type: "pong" });
      if (existsSync(`/proc/${link.pid}/environ`)) {
        expect(readFileSync(`/proc/${link.pid}/environ`, "latin1")).to.not.contain("a-secret-of-the-tests");
        expect(Number(readFileSync(`/proc/${link.pid}/oom_score_adj`, "latin1"))).to.be.at.least(500);
        expect(link.processorTime()).to.be.greaterThan(0);
      }
    } finally {
      delete process.env.NGROK_AUTHTOKEN;
      link.kill();
    }
    expect(await link.exited).to.deep.equal({ how: "it was ended by SIGKILL", neverRan: false });
  });
});

describe("an engine process whose server is killed", function () {
  this.timeout(60_000);

  for (const which of ["prepared", "used"]) {
    it(`ends even when it hangs: ${which}`, async function () {
      if (boundProgram([]).execPath === process.execPath) this.skip();
      const keeper = fork(new URL("./engine-keeper.ts", import.meta.url), [which], { stdio: "inherit" });
      const [pid] = (await once(keeper, "message")) as [number];
      process.kill(pid, "SIGSTOP");
      keeper.kill("SIGKILL");
      await once(keeper, "exit");
      await until(() => processIdentity(pid) === null);
    });
  }
});

describe("an engine process that cannot be started", function () {
  this.timeout(60_000);

  it("says so, prepared or not, and the server lives and starts one once it can", async () => {
    const script = fileURLToPath(new URL("start-without-descriptors.ts", import.meta.url));
    const command = 'ulimit -n 80 && exec "$0" --import tsx "$1"';
    const { stdout } = await runProgram("sh", ["-c", command, process.execPath, script], { timeoutMs: 50_000 });
    const ends = JSON.parse(stdout);
    expect(ends).to.have.length(2);
    for (const { how, neverRan } of ends) {
      expect(neverRan).to.equal(true);
      expect(how).to.match(/could not be started: .*(EMFILE|EAGAIN)/);
    }
  });

  it("says so, too, where the system throws instead of telling", async () => {
    // longer than the kernel lets one variable be
    process.env.LC_TESTED = "x".repeat(200_000);
    try {
      const link = startChild(createLog("silent"));
      link.send({ type: "ping" });
      link.kill();
      const { how, neverRan } = await link.exited;
      expect([how, neverRan, link.pid]).to.deep.equal(["it could not be started: spawn E2BIG", true, undefined]);
    } finally {
      delete process.env.LC_TESTED;
    }
  });
});
