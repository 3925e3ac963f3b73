import { expect } from "chai";
import { LabError } from "../../../src/server/errors.js";
import { batchBody, chatBody, generateBody } from "../../../src/server/schema/generation.js";
import { loadBody } from "../../../src/server/schema/models.js";

interface Limits {
  readonly good: readonly unknown[];
  readonly bad: readonly unknown[];
  /** What the message says it must be. */
  readonly wish: RegExp;
}

const notNumbers = ["0.8", "", true, [], {}, [1], Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
const notTexts = [1, true, {}, ["a"], 1e9];
const text = (length: number): string => "x".repeat(length);

/** Every number: the ends of its range are taken, one step beyond is not, nor anything that is no number. */
const range = (min: number, max: number, kind: "number" | "whole number"): Limits => ({
  good: [min, max],
  bad: [...notNumbers, min - 0.001, max + 0.001, -1e9, 1e10, ...(kind === "whole number" ? [min + 0.5, 2 ** 53] : [])],
  wish: new RegExp(`a ${kind} from ${min} to ${max}\\.$`),
});

const sampling: Readonly<Record<string, Limits>> = {
  model_id: { good: ["a", text(512)], bad: [...notTexts, "", text(513)], wish: /a text of 1 to 512 characters\.$/ },
  max_length: range(1, 1_048_576, "whole number"),
  temperature: range(0, 2, "number"),
  top_p: range(0, 1, "number"),
  top_k: range(0, 1_048_576, "whole number"),
  min_p: range(0, 1, "number"),
  repetition_penalty: range(0.1, 2, "number"),
  stop: {
    good: ["a", [], ["a", "b"], Array.from({ length: 16 }, String), text(256)],
    bad: [1, {}, true, "", text(257), [""], [1], ["a", text(257)], Array.from({ length: 17 }, String)],
    wish: /a text of 1 to 256 characters(, or a list of up to 16 of them)?\.$/,
  },
  seed: range(0, 4_294_967_295, "whole number"),
  system_prompt: { good: ["", text(65_536)], bad: [...notTexts, text(65_537)], wish: /at most 65536 characters\.$/ },
  max_time: range(0.1, 3600, "number"),
  chat_template_kwargs: {
    good: [{}, { enable_thinking: false, level: "low", n: 1.5, none: null, flat: { a: "b", c: 1 } }, { a: text(4087) }],
    bad: [
      ...notTexts.filter((value) => JSON.stringify(value) !== "{}"),
      "x",
      [],
      { a: [1] },
      { a: { b: { c: 1 } } },
      { a: text(4089) },
      ...["messages", "tools", "bos_token", "eos_token", "add_generation_prompt"].map((name) => ({ [name]: "x" })),
    ],
    wish: /up to 4096 bytes|true, false or null(, or an object|: objects here are flat)|left out: the conversation decides it/,
  },
  parse_special: { good: [true, false], bad: ["true", 1, 0, {}, []], wish: /true or false\.$/ },
  strict: { good: [true, false], bad: ["true", 1, 0, {}, []], wish: /true or false\.$/ },
};

const stream: Limits = { good: [true, false], bad: ["true", 1, {}], wish: /true or false\.$/ };

const bodies = {
  "/generate": {
    parse: generateBody.read,
    base: { prompt: "x" },
    fields: {
      ...sampling,
      stream,
      prompt: {
        good: ["x", text(1_000_000)],
        bad: [...notTexts, "", text(1_000_001)],
        wish: /1 to 1000000 characters\.$/,
      },
    },
  },
  "/chat": {
    parse: chatBody.read,
    base: { messages: [{ role: "user", content: "x" }] },
    fields: {
      ...sampling,
      stream,
      messages: {
        good: [Array.from({ length: 1000 }, () => ({ role: "user", content: "" }))],
        bad: [[], "x", {}, 1, Array.from({ length: 1001 }, () => ({ role: "user", content: "" }))],
        wish: /a list of 1 to 1000 messages\.$/,
      },
    },
  },
  "/generate/batch": {
    parse: batchBody.read,
    base: { prompts: ["x"] },
    fields: {
      ...sampling,
      prompts: {
        good: [["a"], Array.from({ length: 128 }, String)],
        bad: [[], "x", {}, 1, Array.from({ length: 129 }, String)],
        wish: /a list of 1 to 128 texts\.$/,
      },
    },
  },
  "/models/load": {
    parse: loadBody.read,
    base: { model_id: "x" },
    fields: {
      model_id: sampling.model_id as Limits,
      context: range(64, 1_048_576, "whole number"),
      slots: range(1, 64, "whole number"),
      chat_template: {
        good: ["x", text(65_536)],
        bad: [...notTexts, "", text(65_537)],
        wish: /1 to 65536 characters\.$/,
      },
    },
  },
};

const refusal = (parse: (body: unknown) => unknown, body: unknown): LabError => {
  try {
    parse(body);
  } catch (error) {
    if (error instanceof LabError) return error;
    throw error;
  }
  throw new Error(`accepted ${JSON.stringify(body).slice(0, 200)}`);
};

for (const [path, { parse, base, fields }] of Object.entries(bodies)) {
  describe(`fields of ${path}`, () => {
    for (const [name, limits] of Object.entries<Limits>(fields)) {
      it(`takes ${name} at the ends of its range`, () => {
        for (const value of limits.good) parse({ ...base, [name]: value });
      });

      it(`refuses ${name} of a wrong type or beyond its range, and says what it must be`, () => {
        for (const value of limits.bad) {
          const error = refusal(parse, { ...base, [name]: value });
          expect(error.code).to.equal("invalid_request");
          expect(error.param?.replace(/(?:\[\d+\]|(?:\.\w+)+)$/, ""), String(value).slice(0, 80)).to.equal(name);
          expect(error.message, String(value).slice(0, 80)).to.match(limits.wish);
          expect(error.message).to.have.length.below(300);
        }
      });

      it(`takes null for ${name} as if it were left out`, () => {
        if (name in base) return expect(refusal(parse, { ...base, [name]: null }).param).to.equal(name);
        const { [name]: _left, ...without } = base as Record<string, unknown>;
        return expect(Object.keys(parse({ ...without, [name]: null }) as object)).to.deep.equal(
          Object.keys(parse(without) as object),
        );
      });
    }
  });
}
