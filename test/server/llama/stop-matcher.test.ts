import { expect } from "chai";
import { StopMatcher } from "../../../src/server/llama/stop-matcher.js";

/** What comes out of a matcher, and what it still holds. */
function feed(stops: string[], pieces: string[]): { given: string[]; stopped: boolean; held: string } {
  const matcher = new StopMatcher(stops);
  const given: string[] = [];
  for (const piece of pieces) {
    const { text, stopped } = matcher.push(piece);
    given.push(text);
    if (stopped) return { given, stopped, held: matcher.flush() };
  }
  return { given, stopped: false, held: matcher.flush() };
}

describe("StopMatcher", () => {
  it("lets everything through at once when there is no stop text", () => {
    expect(feed([], ["a", "", "b\n"])).to.deep.equal({ given: ["a", "", "b\n"], stopped: false, held: "" });
  });

  it("ignores empty stop texts", () => {
    expect(feed([""], ["ab"])).to.deep.equal({ given: ["ab"], stopped: false, held: "" });
  });

  it("ends in front of a stop text that lies within one piece", () => {
    expect(feed(["END"], ["so END it"])).to.deep.equal({ given: ["so "], stopped: true, held: "" });
  });

  it("holds back the beginning of a stop text until it is complete", () => {
    expect(feed(["END"], ["so E", "N", "D"])).to.deep.equal({ given: ["so ", "", ""], stopped: true, held: "" });
  });

  it("releases what was held back once it cannot be a stop text any more", () => {
    expect(feed(["END"], ["E", "N", "O"])).to.deep.equal({ given: ["", "", "ENO"], stopped: false, held: "" });
  });

  it("keeps holding the part of a broken match that may begin another", () => {
    expect(feed(["aab"], ["aa", "a", "b"])).to.deep.equal({ given: ["", "a", ""], stopped: true, held: "" });
  });

  it("gives what it holds when the text ends", () => {
    expect(feed(["\n\nUser:"], ["Hi.\n", "\nUs"])).to.deep.equal({
      given: ["Hi.", ""],
      stopped: false,
      held: "\n\nUs",
    });
  });

  it("holds for the longest of several stop texts", () => {
    expect(feed(["xyz", "yzzz"], ["wxyz"])).to.deep.equal({ given: ["w"], stopped: true, held: "" });
    expect(feed(["xyzq", "yz!"], ["wxyz"])).to.deep.equal({ given: ["w"], stopped: false, held: "xyz" });
  });

  it("takes the stop text that is complete first, whatever the pieces", () => {
    for (const pieces of [["abcd"], ["a", "b", "c", "d"], ["ab", "cd"], ["abc", "d"]]) {
      const { given, stopped } = feed(["abcd", "bc"], pieces);
      expect([given.join(""), stopped]).to.deep.equal(["a", true]);
    }
  });

  it("takes the longest of those that are complete at the same place", () => {
    expect(feed(["c", "bc"], ["abc"]).given).to.deep.equal(["a"]);
  });

  it("finds stop texts of characters outside of the basic plane", () => {
    expect(feed(["🦙"], ["🦊🦙🦊"])).to.deep.equal({ given: ["🦊"], stopped: true, held: "" });
    expect(feed(["🦙!"], ["🦊", "🦙", "?"])).to.deep.equal({ given: ["🦊", "", "🦙?"], stopped: false, held: "" });
  });

  it("gives the same text as a plain search, however it is cut", () => {
    const text = "abababcabababd".repeat(3);
    for (const stop of ["abababd", "bc", "babc", "dab", "zzz", "ababababab"]) {
      const at = text.indexOf(stop);
      for (const size of [1, 2, 3, 5, 64]) {
        const pieces = text.match(new RegExp(`.{1,${size}}`, "g")) ?? [];
        const { given, stopped, held } = feed([stop], pieces);
        expect(given.join("") + held).to.equal(at < 0 ? text : text.slice(0, at));
        expect(stopped).to.equal(at >= 0);
      }
    }
  });
});
