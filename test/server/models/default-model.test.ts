import { expect } from "chai";
import { type Candidate, defaultModel } from "../../../src/server/models/default-model.js";

const file = (id: string, over: Partial<Candidate> = {}): Candidate => ({
  id,
  isText: true,
  isBuiltIn: false,
  ...over,
});
const builtIn = [file("sample", { isBuiltIn: true }), file("sample-b", { isBuiltIn: true })];
const starter = file("smollm2-135m-instruct");

describe("the default model", () => {
  for (const [what, files, isNamedFolder, id, because] of [
    ["the only one of a named folder", [file("a")], true, "a", /^is the only model in the models folder$/],
    ["the only one that writes text", [file("a"), file("eyes", { isText: false })], true, "a", /only model/],
    ["the starter model", [starter], false, "smollm2-135m-instruct", /^is the starter model$/],
    ["the starter model beside others", [file("a"), starter], true, "smollm2-135m-instruct", /starter/],
    [
      "the sample where a named folder is empty",
      [],
      true,
      "sample",
      /^is built in, and the models folder has no other$/,
    ],
    ["the sample where there is nothing", [], false, "sample", /^is built in, and the models folder has no other$/],
    [
      "the sample where nothing writes text",
      [file("e", { isText: false })],
      true,
      "sample",
      /no other that writes text/,
    ],
    ["the sample for one file in the folder nobody named", [file("a")], false, "sample", /--model picks one of "a"/],
    ["the sample for two", [file("a"), file("b")], true, "sample", /--model picks one of "a", "b"/],
    [
      "the sample for many",
      Array.from({ length: 40 }, (_, index) => file(`m${index}`)),
      true,
      "sample",
      /"m4" and 35 more$/,
    ],
    [
      "the sample for a starter model that is damaged",
      [{ ...starter, isText: false }],
      false,
      "sample",
      /no other that writes text/,
    ],
  ] as const) {
    it(`is ${what}`, () => {
      const found = defaultModel([...builtIn, ...files], isNamedFolder);
      expect(found.id).to.equal(id);
      expect(found.because).to.match(because);
    });
  }
});
