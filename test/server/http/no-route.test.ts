import { expect } from "chai";
import { notFoundMessage } from "../../../src/server/http/no-route.js";
import { routes } from "../../../src/server/http/routes.js";
import { type Door, openDoor } from "../../support/http-client.js";

const meant: readonly (readonly [path: string, route: string])[] = [
  ["/generate/", "Use POST /generate."],
  ["//generate", "Use POST /generate."],
  ["/generate//batch/", "Use POST /generate/batch."],
  ["/Models/Available", "Use GET /models/available."],
  ["//", "Use GET /."],
  ["/publish/", "Use POST /publish, GET /publish, DELETE /publish."],
  ["/requests/req_Ab//", "Use DELETE /requests/req_Ab."],
];

const nearest: readonly (readonly [path: string, route: string])[] = [
  ["/generat", "The nearest is POST /generate."],
  ["/chats", "The nearest is POST /chat."],
  ["/generate/batches", "The nearest is POST /generate/batch."],
  ["/healthz", "The nearest is GET /health."],
  ["/pass", "The nearest is POST /passes, GET /passes."],
  ["/model/available", "The nearest is GET /models/available."],
];

describe("the message of a path that no route has", () => {
  for (const [path, says] of meant) {
    it(`says how ${path} is written`, () => {
      expect(notFoundMessage(path, routes)).to.match(/single slashes, none at the end, in lower case/);
      expect(notFoundMessage(path, routes)).to.contain(says);
    });
  }

  for (const [path, says] of nearest) {
    it(`names the route nearest to ${path}`, () => expect(notFoundMessage(path, routes)).to.contain(says));
  }

  it("names no route where none is near, and where all are listed", () => {
    for (const path of ["/wp-login.php", "/x/y/z", `/${"x".repeat(100_000)}`]) {
      expect(notFoundMessage(path, routes)).to.equal("No such route. GET / lists the ones that are.");
    }
  });

  it("prefers a route of the same method", () => {
    const two = [
      { method: "GET", path: "/cats" },
      { method: "POST", path: "/cars" },
    ] as const;
    expect(notFoundMessage("/caps", two, "POST")).to.contain("The nearest is POST /cars.");
    expect(notFoundMessage("/caps", two, "GET")).to.contain("The nearest is GET /cats.");
    expect(notFoundMessage("/v1/models/", routes, "GET")).to.contain("Use GET /v1/models.");
    expect(notFoundMessage("/v1/model/x", routes, "POST")).to.not.contain("*");
  });

  it("tells Ollama's clients that its routes do not exist, and which to use", () => {
    for (const [path, use] of [
      ["/api/chat", "Use POST /v1/chat/completions or POST /chat. "],
      ["/api/tags", "Use GET /v1/models or GET /models/available. "],
      ["/api/pull", "below /v1. GET / lists"],
    ] as const) {
      expect(notFoundMessage(path, routes)).to.contain("does not speak Ollama's own API").and.to.contain(use);
    }
  });

  it("shows no control character and no more than a line of the path", () => {
    for (const path of ["/requests/\u001b[31mred/", `/requests/${"\u202e".repeat(1000)}/`]) {
      const message = notFoundMessage(path, routes);
      expect(message)
        .to.match(/^[\x20-\x7e]+$/)
        .and.to.have.length.below(300);
    }
  });
});

describe("a request that no route has", () => {
  let door: Door;
  before(async () => {
    door = await openDoor();
  });
  after(() => door.close());

  for (const [method, path, status] of [
    ["GET", "/generate/", 404],
    ["POST", "//generate", 404],
    ["GET", "/requests/%zz", 405],
    ["GET", "/generate", 405],
    ["PATCH", "/health", 405],
    ["DELETE", "/requests/nothing", 404],
  ] as const) {
    it(`gets a JSON body and an id for ${method} ${path}`, async () => {
      const reply = await door.send(method, path);
      expect(reply.status).to.equal(status);
      expect(reply.headers["content-type"]).to.equal("application/json; charset=utf-8");
      expect(reply.headers["x-request-id"]).to.match(/^req_[\w-]{16}$/);
      expect(reply.json.detail).to.match(/\.$/);
    });
  }
});
