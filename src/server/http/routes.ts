/** Every route there is. */
import { anthropicRoutes } from "./anthropic/routes.js";
import { embeddingRoutes } from "./openai/embeddings.js";
import { responsesRoute } from "./openai/responses-route.js";
import { openaiRoutes } from "./openai/routes.js";
import type { Route } from "./route.js";
import { generationRoutes } from "./routes/generation.js";
import { labRoutes } from "./routes/lab.js";
import { modelRoutes } from "./routes/models.js";
import { passRoutes } from "./routes/passes.js";
import { publicationRoutes } from "./routes/publication.js";
import { requestRoutes } from "./routes/requests.js";
import { rerankRoutes } from "./routes/rerank.js";
import { streamRoutes } from "./routes/streams.js";
import { textRoutes } from "./routes/texts.js";

export const routes: readonly Route[] = [
  ...generationRoutes,
  ...textRoutes,
  ...openaiRoutes,
  responsesRoute,
  ...anthropicRoutes,
  ...embeddingRoutes,
  ...rerankRoutes,
  ...modelRoutes,
  ...requestRoutes,
  ...streamRoutes,
  ...labRoutes,
  ...publicationRoutes,
  ...passRoutes,
];
