/** Every route there is. */
import type { Route } from "./route.js";
import { attachRoute } from "./routes/attach.js";
import { availableModelsRoute } from "./routes/available-models.js";
import { cancelRequestRoute } from "./routes/cancel-request.js";
import { chatRoute } from "./routes/chat.js";
import { createPassRoute } from "./routes/create-pass.js";
import { currentModelRoute } from "./routes/current-model.js";
import { generateRoute } from "./routes/generate.js";
import { generateBatchRoute } from "./routes/generate-batch.js";
import { healthRoute } from "./routes/health.js";
import { listPassesRoute } from "./routes/list-passes.js";
import { listRequestsRoute } from "./routes/list-requests.js";
import { loadModelRoute } from "./routes/load-model.js";
import { publicationRoute } from "./routes/publication.js";
import { publishRoute } from "./routes/publish.js";
import { readyRoute } from "./routes/ready.js";
import { revokePassRoute } from "./routes/revoke-pass.js";
import { stopServerRoute } from "./routes/stop-server.js";
import { systemInfoRoute } from "./routes/system-info.js";
import { unloadModelRoute } from "./routes/unload-model.js";
import { unpublishRoute } from "./routes/unpublish.js";

export const routes: readonly Route[] = [
  generateRoute,
  chatRoute,
  generateBatchRoute,
  loadModelRoute,
  unloadModelRoute,
  currentModelRoute,
  availableModelsRoute,
  systemInfoRoute,
  healthRoute,
  readyRoute,
  listRequestsRoute,
  cancelRequestRoute,
  attachRoute,
  stopServerRoute,
  publishRoute,
  publicationRoute,
  unpublishRoute,
  createPassRoute,
  listPassesRoute,
  revokePassRoute,
];
