import { expect } from "chai";
import { type CommandLine, type CommandSpec, readCommandLine } from "../../../src/notebook/cli/command-line.js";
import { generationFlags, readGenerationFlags, setOption } from "../../../src/notebook/cli/generation-flags.js";
import type { GenerateOptions } from "../../../src/notebook/lab/ask.js";
import { generationFields } from "../../../src/server/engine/fields.js";

const spec: CommandSpec = { name: "run", usage: [], about: [], flags: generationFlags };
const read = (...args: string[]): GenerateOptions =>
  readGenerationFlags(spec, readCommandLine(spec, args) as CommandLine);

describe("the options of a generation as flags", () => {
  it("are all of them, but those with flags of other names", () => {
    const fields = Object.values(generationFields).map(({ wire }) => wire.replaceAll("_", "-"));
    expect([...Object.keys(generationFlags), "model-id", "system-prompt"]).to.have.members(fields);
  });

  it("have the ranges and the defaults of the server", () => {
    for (const field of Object.values(generationFields)) {
      const [, about] = generationFlags[field.wire.replaceAll("_", "-")] ?? [];
      if (about === undefined || !("fallback" in field)) continue;
      if ("least" in field) expect(about).to.contain(`${field.least} to ${field.most}`);
      const fallback = "absent" in field ? field.absent : String(field.fallback);
      const usual = { true: "on", false: "off" }[fallback] ?? fallback;
      expect(about, field.wire).to.contain(`Default: ${usual}.`);
    }
  });

  for (const [args, options] of [
    [[], {}],
    [["--max-length", "20", "--temperature", "0.5"], { max_length: 20, temperature: 0.5 }],
    [["--stop", "\\n", "--stop=END"], { stop: ["\n", "END"] }],
    [["--do-sample", "off", "--exact=on"], { do_sample: false, exact: true }],
    [["--seed=-1"], { seed: -1 }],
    [["--temperature", ".5"], { temperature: 0.5 }],
    [["--chat-template-kwargs", '{"a":true}'], { chat_template_kwargs: { a: true } }],
  ] as const) {
    it(`${args.join(" ") || "none"} become ${JSON.stringify(options)}`, () => {
      expect(read(...args)).to.deep.equal(options);
    });
  }

  for (const [args, words] of [
    [["--temperature", "hot"], '--temperature is "hot". It must be a number.'],
    [["--max-length", "1.5"], '--max-length is "1.5". It must be a whole number.'],
    [["--temperature", "1e5"], "It must be a number."],
    [["--temperature", ""], "It must be a number."],
    [["--exact", "maybe"], "It must be on or off."],
    [["--chat-template-kwargs", "[1]"], "It must be JSON"],
  ] as const) {
    it(`${args.join(" ")} is refused with: ${words}`, () => expect(() => read(...args)).to.throw(words));
  }
});

describe("/set", () => {
  for (const [name, text, options] of [
    ["temperature", "0.2", { top_k: 5, temperature: 0.2 }],
    ["top-k", "7", { top_k: 7 }],
    ["topK", "7", undefined],
    ["top_k", "default", {}],
    ["stop", "\\n\\n", { top_k: 5, stop: ["\n\n"] }],
    ["temperature", "", { top_k: 5 }],
    ["", "", { top_k: 5 }],
  ] as const) {
    it(`${name} ${text} leaves ${JSON.stringify(options)}`, () => {
      const outcome = setOption({ top_k: 5 }, name, text);
      expect("options" in outcome ? outcome.options : undefined).to.deep.equal(options);
    });
  }

  for (const [name, text, words] of [
    ["temprature", "1", "Did you mean temperature?"],
    ["topK", "1", "Did you mean top_k?"],
    ["colour", "red", "There are max_length, temperature"],
    ["temperature", "hot", "It must be a number."],
  ] as const) {
    it(`${name} ${text} changes nothing and says: ${words}`, () => {
      const outcome = setOption({}, name, text);
      expect("refused" in outcome && outcome.refused).to.contain(words);
    });
  }
});
