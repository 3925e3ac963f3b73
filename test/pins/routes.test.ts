/**
 * The routes with what a key must allow and whether they count against the rate limit.
 *
 * Proved able to fail: `scope: "manage"` for POST /passes, and for POST /stop, failed it.
 */
import { expect } from "chai";
import { routes } from "../../src/server/http/routes.js";

const pinned = [
  "POST /generate infer counted",
  "POST /chat infer counted",
  "POST /generate/batch infer counted",
  "POST /apply-template infer counted",
  "POST /tokenize infer counted",
  "POST /detokenize infer counted",
  "POST /v1/chat/completions infer counted",
  "POST /v1/completions infer counted",
  "POST /v1/messages infer counted",
  "POST /v1/messages/count_tokens infer counted",
  "POST /v1/embeddings infer counted",
  "POST /v1/rerank infer counted",
  "POST /rerank infer counted",
  "POST /v1/responses infer counted",
  "GET /v1/models infer free",
  "GET /v1/models/*id infer free",
  "POST /models/load manage counted",
  "POST /models/unload manage free",
  "GET /models/current infer free",
  "GET /models/available infer free",
  "GET /requests infer free",
  "DELETE /requests/:id infer free",
  "GET /v1/streams infer free",
  "GET /v1/streams/:id infer free",
  "DELETE /v1/streams/:id infer free",
  "GET / public free",
  "GET /health public free",
  "GET /ready infer free",
  "GET /system/info infer free",
  "GET /attach owner free",
  "POST /stop owner free",
  "POST /publish owner free",
  "GET /publish owner free",
  "DELETE /publish owner free",
  "POST /passes owner free",
  "GET /passes owner free",
  "DELETE /passes/:id owner free",
];

describe("the routes", () => {
  it("are these, for these keys", () => {
    expect(routes.map(({ method, path, scope, limit }) => `${method} ${path} ${scope} ${limit}`)).to.have.members(
      pinned,
    );
  });
});
