/** What a model's template and vocabulary make of texts; llama-server has the same routes. */
import type { Texts, TokenPiece } from "../../engine/texts.js";
import { json } from "../../schema/answer.js";
import {
  applyTemplateBody,
  applyTemplateResponse,
  detokenizeBody,
  detokenizeResponse,
  tokenizeBody,
  tokenizeResponse,
} from "../../schema/texts.js";
import type { TokenEntry } from "../../wire/texts.js";
import type { HttpServices } from "../http-services.js";
import { onReplyClosed } from "../reply-closed.js";
import { type LabContext, type Route, route } from "../route.js";
import { callerOf } from "../running-generation.js";

export const textRoutes: readonly Route[] = [
  route({
    method: "POST",
    path: "/apply-template",
    scope: "infer",
    summary: "Shows the prompt that a conversation becomes, as text and tokens, without an answer.",
    limit: "counted",
    body: applyTemplateBody,
    answer: json(applyTemplateResponse),
    example: { body: { messages: [{ role: "user", content: "Tell me about the weather" }] } },
    handler: async ({ modelId, messages, kwargs, tools, withPieces }, ctx, services) => {
      const texts = await textsOf(ctx, services, modelId);
      const { prompt, tokens } = await texts.template(messages, kwargs ?? undefined, tools);
      return { prompt, tokens: entriesOf(tokens, withPieces) };
    },
  }),
  route({
    method: "POST",
    path: "/tokenize",
    scope: "infer",
    summary: "Cuts a text into the model's tokens.",
    limit: "counted",
    body: tokenizeBody,
    answer: json(tokenizeResponse),
    example: { body: { content: "The sea", with_pieces: true } },
    handler: async ({ modelId, withPieces, ...options }, ctx, services) => {
      const pieces = await (await textsOf(ctx, services, modelId)).tokenize(options);
      return { tokens: entriesOf(pieces, withPieces) };
    },
  }),
  route({
    method: "POST",
    path: "/detokenize",
    scope: "infer",
    summary: "Makes text of tokens.",
    limit: "counted",
    body: detokenizeBody,
    answer: json(detokenizeResponse),
    example: { body: { tokens: [84, 104, 101] } },
    handler: async ({ modelId, tokens }, ctx, services) => {
      const texts = await textsOf(ctx, services, modelId);
      return { content: await texts.detokenize(tokens) };
    },
  }),
];

/** Tokens as ids, or with what they are. */
const entriesOf = (pieces: readonly TokenPiece[], withPieces: boolean): (number | TokenEntry)[] =>
  pieces.map(({ id, piece, isSpecial }) =>
    withPieces ? { id, piece: typeof piece === "string" ? piece : [...piece], special: isSpecial } : id,
  );

/** The texts of the model that is meant; a load for this request alone ends when its client goes away. */
export function textsOf(ctx: LabContext, { models }: HttpServices, modelId: string | undefined): Promise<Texts> {
  ctx.state.identity?.budget?.refuseSpent();
  const gone = new AbortController();
  onReplyClosed(ctx, () => gone.abort());
  return models.texts(modelId, callerOf(ctx), gone.signal);
}
