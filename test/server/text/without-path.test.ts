import { expect } from "chai";
import { withoutPath } from "../../../src/server/text/without-path.js";

describe("what is said of a file", () => {
  for (const [said, path, shown] of [
    ['cannot open "/home/ann/m-00001-of-00002.gguf"', "/home/ann/m-00001-of-00002.gguf", 'cannot open "m"'],
    ["no /home/ann/m-00002-of-00002.gguf", "/home/ann/m-00001-of-00002.gguf", "no m-00002-of-00002.gguf"],
    ["/m.gguf in /usr/lib/x.so", "/m.gguf", "m in /usr/lib/x.so"],
    ["nothing known of it", "", "nothing known of it"],
  ] as const) {
    it(`${JSON.stringify(said)} does not tell where it lies`, () => {
      expect(withoutPath(said, path, "m")).to.equal(shown);
    });
  }
});
