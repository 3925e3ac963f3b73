import { expect } from "chai";
import { BadOption, parseBenchOptions } from "../../scripts/bench/bench-options.js";

const parse = (line: string): ReturnType<typeof parseBenchOptions> =>
  parseBenchOptions(line.split(" ").filter((word) => word !== ""));

describe("options of the benchmark", () => {
  it("measures the 135M shape with up to 16 streams when nothing is said", () => {
    expect(parse("")).to.deep.equal({
      model: "135m",
      streams: [1, 2, 4, 8, 16],
      tokens: 96,
      rounds: 3,
      quick: false,
      against: null,
      parts: ["speed", "caching", "load", "busy"],
      loadModels: null,
      json: null,
    });
  });

  it("takes fewer rounds and tokens when it must be quick, unless told otherwise", () => {
    expect(parse("--quick")).to.include({ rounds: 1, tokens: 32 });
    expect(parse("--quick --rounds 5")).to.include({ rounds: 5, tokens: 32 });
  });

  it("sorts the numbers of streams and takes each once", () => {
    expect(parse("--streams 16,1,4,1")?.streams).to.deep.equal([1, 4, 16]);
  });

  it("takes llama-server for the other server unless told otherwise", () => {
    expect(parse("--against http://127.0.0.1:8080")?.against?.shape).to.equal("llama-server");
    expect(parse("--against http://127.0.0.1:8080 --against-shape openai")?.against?.shape).to.equal("openai");
  });

  it("gives nothing to measure when help is asked for", () => {
    expect(parse("--help --rounds 0")).to.equal(null);
  });

  for (const [line, sentence] of [
    ["--model 7b", '--model is "7b". It must be one of 135m, 0.5b, 15m, smollm2, sample.'],
    ["--parts speed,taste", '--parts is "taste". It must be one of speed, caching, load, busy.'],
    ["--load-models /no/such/folder", '--load-models is "/no/such/folder". It must be a folder that exists.'],
    ["--streams 1,17", '--streams is "1,17". It must be whole numbers from 1 to 16, separated by commas.'],
    ["--streams 1,,2", '--streams is "1,,2". It must be whole numbers from 1 to 16, separated by commas.'],
    ["--tokens 1", '--tokens is "1". It must be a whole number from 2 to 1024.'],
    ["--tokens 1e2", '--tokens is "1e2". It must be a whole number from 2 to 1024.'],
    ["--rounds 0", '--rounds is "0". It must be a whole number from 1 to 100.'],
    ["--against localhost", '--against is "localhost". It must be a URL such as http://127.0.0.1:8080.'],
    ["--against ftp://a", '--against is "ftp://a". It must be a URL such as http://127.0.0.1:8080.'],
    ["--against-shape openai", '--against-shape is "openai" but --against is missing: say which server.'],
    ["--json /nowhere/at/all.json", '--json is "/nowhere/at/all.json". It must be a file in a folder that exists.'],
    ["--fast", "Unknown option '--fast'. --help shows what there is."],
    ["--rounds", "Option '--rounds <value>' argument missing. --help shows what there is."],
    ["135m", "Unexpected argument '135m'. --help shows what there is."],
  ] as const) {
    it(`refuses ${line} in one sentence`, () => {
      expect(() => parse(line)).to.throw(BadOption, sentence);
    });
  }
});
