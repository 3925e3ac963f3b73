import { expect } from "chai";
import { type Door, openDoor } from "../../support/http-client.js";

const documents = ["low", "high", "middle", "as high"];
const scores: Readonly<Record<string, number>> = { low: 0.1, high: 0.9, middle: 0.5, "as high": 0.9 };

for (const path of ["/v1/rerank", "/rerank"]) {
  describe(`POST ${path}`, () => {
    let door: Door;
    beforeEach(async () => {
      door = await openDoor();
      door.models.script = (generation, { input }) => {
        generation.begin({ promptTokens: 7, maxTokens: 1 });
        const score = input.kind === "prompt" ? (scores[input.text] ?? 0) : 0;
        generation.finish({ finishReason: "stop", completionTokens: 0, vector: [score] });
      };
    });
    afterEach(() => door.close());

    const ask = (body: object) => door.post(path, body);

    it("orders documents, the best first, equal ones as they were sent", async () => {
      const { status, json } = await ask({ model: "ranker", query: "q", documents });
      expect([status, json.object, json.model, json.usage]).to.deep.equal([
        200,
        "list",
        "ranker",
        { prompt_tokens: 28, total_tokens: 28 },
      ]);
      expect(json.results).to.deep.equal(
        [1, 3, 2, 0].map((index) => {
          const text = documents[index] ?? "";
          return { index, relevance_score: scores[text], document: { text } };
        }),
      );
      expect(door.models.requests.map(({ request }) => request.measure)).to.deep.equal(
        documents.map(() => ({ kind: "rank", query: "q", truncates: false })),
      );
    });

    it("returns the best top_n, without the documents where they are not wanted", async () => {
      const { json } = await ask({ query: "q", documents, top_n: 2, return_documents: false });
      expect(json.results).to.deep.equal([
        { index: 1, relevance_score: 0.9 },
        { index: 3, relevance_score: 0.9 },
      ]);
      expect((await ask({ query: "q", documents, topN: 99 })).json.results).to.have.length(4);
    });

    it("takes documents as objects with a text", async () => {
      const { json } = await ask({ query: "q", documents: [{ text: "low", title: "x" }, "high"] });
      expect(json.results.map(({ document }: { document: object }) => document)).to.deep.equal([
        { text: "high" },
        { text: "low" },
      ]);
      expect(json.warnings).to.deep.equal(['Unknown fields are ignored: "documents[].title".']);
    });

    const refused: readonly (readonly [body: object, param: string])[] = [
      [{ documents }, "query"],
      [{ query: " ", documents }, "query"],
      [{ query: "q" }, "documents"],
      [{ query: "q", documents: [] }, "documents"],
      [{ query: "q", documents: "a" }, "documents"],
      [{ query: "q", documents: ["a", " "] }, "documents[1]"],
      [{ query: "q", documents: ["a", { title: "b" }] }, "documents[1].text"],
      [{ query: "q", documents, top_n: 0 }, "top_n"],
      [{ query: "q", documents: Array(2049).fill("a") }, "documents"],
    ];
    for (const [body, param] of refused) {
      it(`refuses ${param} of ${JSON.stringify(body).slice(0, 60)}`, async () => {
        const { status, json } = await ask(body);
        expect([status, json.error.code, json.error.param]).to.deep.equal([400, "invalid_request", param]);
      });
    }
  });
}
