import { expect } from "chai";
import type { GrammarToCheck } from "../../../src/server/engine/local/grammar-gate.js";
import type { Tool } from "../../../src/server/engine/request.js";
import { LabError } from "../../../src/server/errors.js";
import { checkGrammars } from "../../../src/server/http/check-grammars.js";
import type { HttpServices } from "../../../src/server/http/http-services.js";
import { chatBody, generateBody } from "../../../src/server/schema/generation.js";
import { rejection } from "../../support/rejection.js";
import { rawRequest } from "../../support/requests.js";

const messages = [{ role: "user", content: "Hi" }];
const tool = (name: string): Tool => ({ name, parameters: { type: "object" }, grammar: `grammar of ${name}` });

/** What the gate is asked for with this call. */
async function asked(call: unknown): Promise<GrammarToCheck[]> {
  const seen: GrammarToCheck[] = [];
  const grammarGate = { check: async (grammar: GrammarToCheck) => void seen.push(grammar) };
  await checkGrammars({ grammarGate } as unknown as HttpServices, call);
  return seen;
}

describe("the gate for grammars in front of every route", () => {
  it("sees a client's own grammar as that, and the grammar of a schema as one made here", async () => {
    const gbnf = 'root ::= "yes"';
    expect(await asked(generateBody.read({ prompt: "x", grammar: gbnf }))).to.deep.equal([
      { gbnf, param: "grammar", isOwn: false },
    ]);
    const [made] = await asked(chatBody.read({ messages, jsonSchema: { type: "boolean" } }));
    expect(made).to.include({ param: "jsonSchema", isOwn: true });
    expect(made?.gbnf).to.contain("root ::=");
  });

  it("sees the grammars of tools", async () => {
    const tools = [tool("one"), tool("two")];
    expect(await asked({ requests: [rawRequest("x", { tools }), rawRequest("y", { tools })] })).to.deep.equal([
      { gbnf: "grammar of one", param: "tools", isOwn: true },
      { gbnf: "grammar of two", param: "tools", isOwn: true },
    ]);
  });

  it("has nothing to do with calls without any, and with what is no call for text", async () => {
    for (const call of [generateBody.read({ prompt: "x" }), chatBody.read({ messages }), undefined, null, 5, {}, []]) {
      expect(await asked(call)).to.deep.equal([]);
    }
  });

  it("refuses in front of the engine", async () => {
    const grammarGate = {
      check: async () => {
        throw new LabError("invalid_request", "no", { param: "grammar" });
      },
    };
    const call = generateBody.read({ prompt: "x", grammar: "a" });
    const refused = checkGrammars({ grammarGate } as unknown as HttpServices, call);
    expect(await rejection(refused)).to.include({ code: "invalid_request", param: "grammar" });
  });
});

describe("min_tokens", () => {
  it("above max_length is refused by the names that were sent", () => {
    const read = (fields: object): unknown => generateBody.read({ prompt: "x", ...fields });
    expect(() => read({ min_tokens: 5, max_tokens: 4 })).to.throw(
      "min_tokens is 5. It must be at most max_tokens, which is 4.",
    );
    read({ min_tokens: 5, max_tokens: 5 });
  });
});
