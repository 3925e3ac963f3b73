/** Whether the port that a lab wants is free, or whose it is. */
import { createServer } from "node:net";
import type { DoctorInput } from "./doctor-input.js";
import { type Finding, finding } from "./finding.js";

const usualPort = 8000;
/** Ports tried to find a free one to name. */
const search = 20;

export async function checkPort({ env, labs, isKernel }: DoctorInput): Promise<Finding> {
  const port = wantedPort(env.LOCALLAB_PORT);
  const owner = labs.find(({ url }) => Number(new URL(url).port) === port);
  if (owner !== undefined) {
    return finding("Port", "good", `${port} is used by the lab "${owner.name}"`, "It answers there already.");
  }
  const problem = await problemOf(port);
  if (problem === undefined) return finding("Port", "good", `${port} is free`, "A lab can listen there.");
  const free = await freePortAfter(port);
  const fix = isKernel ? `await startLab({ port: ${free} })` : `npx --no -- locallab serve --port ${free}`;
  const advice = "startLab() takes the next free one by itself; in a terminal, choose another.";
  return finding("Port", "warning", `${port} ${problem}`, advice, fix);
}

function wantedPort(text: string | undefined): number {
  const port = /^\d{1,5}$/.test(text ?? "") ? Number(text) : Number.NaN;
  return port > 0 && port <= 65535 ? port : usualPort;
}

async function freePortAfter(port: number): Promise<number> {
  for (let candidate = port + 1; candidate <= Math.min(65535, port + search); candidate++) {
    if ((await problemOf(candidate)) === undefined) return candidate;
  }
  return 0;
}

/** Why nothing can listen on this port of this machine; undefined when it can. */
function problemOf(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", ({ code }: NodeJS.ErrnoException) =>
      resolve(code === "EADDRINUSE" ? "is taken by another program" : `cannot be listened on (${code})`),
    );
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}
