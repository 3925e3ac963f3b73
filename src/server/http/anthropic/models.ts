/** Models as Anthropic's API lists them: in pages, by the id behind or before which a client wants to read on. */
import type { ParsedUrlQuery } from "node:querystring";
import { LabError } from "../../errors.js";
import type { AnthropicModel, AnthropicModelList } from "../../wire/anthropic-answers.js";
import type { ModelEntry } from "../../wire/models.js";
import type { HttpServices } from "../http-services.js";
import type { LabContext } from "../route.js";
import { tellRequestId } from "./errors.js";

/** Models on a page. Source: that API's document. */
const mostOnPage = 1000;

type Shown = Pick<ModelEntry, "id" | "name" | "train_context">;

export function anthropicModel(
  ctx: LabContext,
  services: Pick<HttpServices, "startedAt">,
  model: Shown,
): AnthropicModel {
  tellRequestId(ctx);
  return modelOf(model, services.startedAt);
}

/** The page that the query asks for by `limit`, `after_id` and `before_id`. Refuses with `invalid_request` what they cannot be. */
export function anthropicModelPage(
  ctx: LabContext,
  { startedAt }: Pick<HttpServices, "startedAt">,
  entries: readonly Shown[],
): AnthropicModelList {
  tellRequestId(ctx);
  return pageOf(
    entries.map((entry) => modelOf(entry, startedAt)),
    ctx.query,
  );
}

/** `startedAt` is when the server was started, by `performance.now()`. */
function modelOf({ id, name, train_context: context }: Shown, startedAt: number): AnthropicModel {
  return {
    type: "model",
    id,
    display_name: name,
    // to the second: two clocks are compared
    created_at: new Date(Math.floor((Date.now() - (performance.now() - startedAt)) / 1000) * 1000).toISOString(),
    lifecycle: "active",
    deprecated_at: null,
    retires_at: null,
    line: null,
    capabilities: null,
    max_input_tokens: context,
    max_tokens: context,
  };
}

function pageOf(models: readonly AnthropicModel[], query: ParsedUrlQuery): AnthropicModelList {
  const limit = limitOf(query.limit);
  const [after, before] = [placeOf(models, query.after_id, "after_id"), placeOf(models, query.before_id, "before_id")];
  const between = models.slice(after === undefined ? 0 : after + 1, before);
  const data = before === undefined ? between.slice(0, limit) : between.slice(-limit);
  return {
    data,
    has_more: data.length < between.length,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
  };
}

function limitOf(given: string | string[] | undefined): number {
  if (given === undefined) return mostOnPage;
  const limit = Number(given);
  if (Number.isInteger(limit) && limit >= 1 && limit <= mostOnPage) return limit;
  throw refusal("limit", given, `a whole number from 1 to ${mostOnPage}`);
}

function placeOf(
  models: readonly AnthropicModel[],
  id: string | string[] | undefined,
  param: string,
): number | undefined {
  if (id === undefined) return undefined;
  const place = models.findIndex((model) => model.id === id);
  if (place === -1) throw refusal(param, id, "the id of a model in the list");
  return place;
}

const refusal = (param: string, value: string | string[], wish: string): LabError =>
  new LabError("invalid_request", `${param} is "${String(value).slice(0, 80)}". It must be ${wish}.`, { param });
