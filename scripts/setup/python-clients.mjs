/** Pythons with the clients of OpenAI's and Anthropic's APIs that people use, which the tests drive a real server with. */
import { inProject } from "./project.mjs";
import { ensurePythonEnvironment } from "./python-environment.mjs";

/** The versions that the table of clients tells. */
export const pythonClients = Object.freeze({
  openai: "3.57.0",
  anthropic: "2.14.0",
  "langchain-openai": "1.7.4",
  litellm: "1.110.2",
  llm: "0.36",
});

/** It wants an older parser of JSON than the client of OpenAI does, so it lives alone, with an older such client. */
export const instructorVersion = "1.17.0";

const wanted = Object.freeze([
  {
    name: "python-clients",
    requirements: Object.entries(pythonClients).map(([name, version]) => `${name}==${version}`),
    modules: ["openai", "anthropic", "langchain_openai", "llm"],
    constraints: inProject("scripts/setup/python-clients-constraints.txt"),
  },
  {
    name: "python-instructor",
    requirements: [`instructor==${instructorVersion}`],
    modules: ["instructor"],
    constraints: inProject("scripts/setup/python-instructor-constraints.txt"),
  },
]);

/**
 * Paths of both Pythons, the second with instructor; see `ensurePythonEnvironment`. Half a gigabyte the first time.
 *
 * @param {{ log: (line: string) => void }} options
 * @returns {Promise<{ python: string, instructor: string }>}
 */
export async function ensurePythonClients({ log }) {
  const [clients, instructor] = wanted;
  if (clients === undefined || instructor === undefined) throw new Error("Two environments are wanted.");
  return {
    python: (await ensurePythonEnvironment(clients, log)).python,
    instructor: (await ensurePythonEnvironment(instructor, log)).python,
  };
}
