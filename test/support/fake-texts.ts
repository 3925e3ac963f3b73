/** A template and a vocabulary without a model: a token a UTF-16 unit, and `<s>` in front of everything. */
import type { Texts, TokenPiece } from "../../src/server/engine/texts.js";
import { LabError } from "../../src/server/errors.js";

const begin: TokenPiece = { id: 1, piece: "<s>", isSpecial: true };

const lettersOf = (text: string): TokenPiece[] =>
  [...text].map((piece) => ({ id: piece.charCodeAt(0), piece, isSpecial: false }));

export const fakeTexts: Texts = {
  template: async (messages, kwargs = {}, tools = []) => {
    const told = tools.map(({ name, description }) => `[${name}: ${description}]`).join("");
    const turns = messages.map(({ role, content }) => `[${role}: ${content}]`).join("");
    const prompt = told + turns + Object.entries(kwargs).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
    return { prompt, tokens: [begin, ...lettersOf(prompt)] };
  },
  tokenize: async ({ content, addSpecial }) => [...(addSpecial ? [begin] : []), ...lettersOf(content)],
  detokenize: async (tokens) => {
    const strange = tokens.find((id) => id > 0xffff);
    if (strange !== undefined) throw new LabError("invalid_request", `No token has the id ${strange}.`);
    return String.fromCharCode(...tokens);
  },
};
