/** What the clients of OpenAI are told of a lab, as a cell gets it. */
import { type InspectOptions, inspect } from "node:util";
import { type ApiKey, maskedKey } from "../client/api-key.js";
import { sdkSnippets } from "../displays/sdk-snippets.js";
import { selfDisplaying } from "../displays/self-displaying.js";
import { usageView } from "../displays/usage-view.js";

/**
 * Address and key as the clients of OpenAI take them: `new OpenAI(lab.openai)`. A cell that ends with it shows code for
 * several clients. Printed, and as JSON, its key is masked.
 */
export interface OpenaiSettings {
  /** The lab's address with "/v1". */
  baseURL: string;
  /** The key itself; "none" where the lab has none: clients refuse to begin without one. */
  apiKey: string;
}

/** `model` is the one that the code names. */
export function openaiSettings(url: string, key: ApiKey | undefined, model: string): OpenaiSettings {
  const settings: OpenaiSettings = { baseURL: `${url}/v1`, apiKey: key?.reveal() ?? "none" };
  const masked = { ...settings, apiKey: key === undefined ? settings.apiKey : maskedKey(settings.apiKey).toString() };
  const snippets = sdkSnippets({ url, needsKey: key !== undefined, model });
  const shown = selfDisplaying(settings, () => usageView(snippets, url));
  const asResult = Reflect.get(shown, inspect.custom) as (depth: number, options: InspectOptions) => string;
  return Object.defineProperties(shown, {
    toJSON: { enumerable: false, value: () => masked },
    [inspect.custom]: {
      enumerable: false,
      // within something else the key would be printed as it is
      value: (depth: number, options: InspectOptions) =>
        depth === options.depth ? asResult.call(shown, depth, options) : inspect(masked, { ...options, depth }),
    },
  });
}
