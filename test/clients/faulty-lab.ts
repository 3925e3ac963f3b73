/** A lab without an engine whose models fail as their names say: what clients make of each error. */
import type { Caller } from "../../src/server/engine/caller.js";
import type { Generation } from "../../src/server/engine/generation.js";
import type { GenerationRequest } from "../../src/server/engine/request.js";
import { type ErrorCode, errorCodes, LabError } from "../../src/server/errors.js";
import { answerWith, FakeModels, failWith } from "../support/fake-models.js";
import { type Door, openDoor } from "../support/http-client.js";
import { clientKey } from "./client-lab.js";

/** What these models say when they do not fail. */
export const faultyAnswer = "Hello world";

/** Codes whose errors end by themselves: they bring `Retry-After: 1`. */
const passing: readonly ErrorCode[] = ["model_loading", "engine_restarting", "rate_limited", "queue_full"];

const faultOf = (code: string): LabError => {
  const known = Object.keys(errorCodes).find((one) => one === code) as ErrorCode | undefined;
  if (known === undefined) throw new Error(`"${code}" is no code of an error.`);
  const retry = passing.includes(known) ? { retryAfterSeconds: 1 } : {};
  return new LabError(known, `This is ${known}.`, retry);
};

/** A name may end in `:WHO`, so that each client has a first time. `fails:CODE` always fails, `once:CODE` the first time that it is asked, `midway:CODE` after some text. */
class FaultyModels extends FakeModels {
  readonly #asked = new Set<string>();

  override generate(modelId: string | undefined, request: GenerationRequest, caller: Caller): Generation {
    const [, how, code = ""] = /^(fails|once|midway):(\w+)(?::\w+)?$/.exec(modelId ?? "") ?? [];
    const isFirst = !this.#asked.has(modelId ?? "");
    this.#asked.add(modelId ?? "");
    this.script = answerWith(["Hello", " world"]);
    if (how === "fails" || (how === "once" && isFirst)) this.script = failWith(faultOf(code));
    if (how === "midway") {
      this.script = (generation) => {
        generation.begin({ promptTokens: 7, maxTokens: 16 });
        generation.push({ text: "Hello" }, 1);
        // once the text is on its way
        setTimeout(() => generation.fail(faultOf(code)), 20);
      };
    }
    return super.generate(modelId, request, caller);
  }
}

export interface FaultyLab extends Door {
  readonly address: string;
  /** How often a model was asked. */
  attempts(model: string): number;
}

/** Starts it with the key of the other servers. */
export async function startFaultyLab(): Promise<FaultyLab> {
  const models = new FaultyModels();
  const door = await openDoor({ models, settings: { apiKey: clientKey } });
  return Object.assign(door, {
    address: `http://127.0.0.1:${door.port}`,
    attempts: (model: string) => models.requests.filter(({ modelId }) => modelId === model).length,
  });
}
