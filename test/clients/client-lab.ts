/** One server for clients: a sample that chats, a model in a folder, one that thinks and one that calls tools. */
import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Settings } from "../../src/server/settings/read-settings.js";
import type { RequestEntry, RequestList } from "../../src/server/wire/system.js";
import { embeddingModelId, embeddingModelsFolder, isEmbeddingModelSkipped } from "../support/embedding-model.js";
import { type RealServer, startRealServer } from "../support/real-server.js";
import { greedyChat } from "../support/sample-theory.js";
import { writeScriptedModel } from "../support/scripted-model.js";
import { temporaryFolder } from "../support/temp-folder.js";
import { thinkingScripts } from "../support/thinking-scripts.js";
import { callingScript } from "./calling-script.js";

/** The key of these servers. */
export const clientKey = "key-of-the-client-tests-0001";

/** Ids of the models that are there. */
export const models = {
  chat: "sample",
  slashes: "people/a model-GGUF/thinks",
  thinks: "people/a model-GGUF/thinks",
  calls: "calls",
  embeds: embeddingModelId,
} as const;

/** Texts with their vectors, of length 1, by another program. */
export const embedded: readonly { readonly text: string; readonly vector: readonly number[] }[] = JSON.parse(
  readFileSync(new URL("../server/llama/minilm-vectors.json", import.meta.url), "utf8"),
).texts;

/** The cosine of two vectors of length 1. */
export const likeness = (one: readonly number[], other: readonly number[]): number =>
  one.reduce((sum, value, place) => sum + value * (other[place] ?? Number.NaN), 0);

export const thinkingModel = thinkingScripts[0]!;

/** A conversation, and its answer at temperature 0, by theory. */
export const question = [
  { role: "system", content: "Be brief." },
  { role: "user", content: "Hello, tell me about the sea" },
] as const;
export const answer = greedyChat("sample", [...question], 64).text;

export interface ClientLab {
  readonly server: RealServer;
  /** Without a path. */
  readonly address: string;
  /** The newest request, once it is no longer worked on. */
  ended(): Promise<RequestEntry>;
  stop(): Promise<void>;
}

/** Starts it with the key, context 2048, and room for every model. */
export async function startClientLab(over: Partial<Settings> = {}): Promise<ClientLab> {
  const modelsDir = temporaryFolder();
  const folder = join(modelsDir, "people", "a model-GGUF");
  mkdirSync(folder, { recursive: true });
  await writeScriptedModel(folder, "thinks", thinkingModel);
  await writeScriptedModel(modelsDir, "calls", callingScript);
  if (!isEmbeddingModelSkipped()) {
    const file = `${embeddingModelId}.gguf`;
    copyFileSync(join(await embeddingModelsFolder(), file), join(modelsDir, file));
  }
  const base = { model: models.chat, modelsDir, apiKey: clientKey, context: 2048, resident: 4, threads: 1 };
  const server = await startRealServer({ ...base, ...over });
  return {
    server,
    address: `http://127.0.0.1:${server.port}`,
    ended: async () => {
      for (;;) {
        const { json } = await server.get("/requests", { Authorization: `Bearer ${server.server.ownerKey}` });
        const { active, recent } = json as RequestList;
        if (active.length === 0 && recent[0] !== undefined) return recent[0];
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    stop: () => server.stop(),
  };
}
