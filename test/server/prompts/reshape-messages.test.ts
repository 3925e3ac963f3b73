import { expect } from "chai";
import type { Message } from "../../../src/server/engine/request.js";
import { joinNeighbours, systemIntoUser } from "../../../src/server/prompts/reshape-messages.js";

const roles = { s: "system", u: "user", a: "assistant" } as const;
/** "s:x u:y": a system message x, a user's y. */
const turns = (text: string): Message[] =>
  text.split(" ").map((one) => ({ role: roles[one[0] as keyof typeof roles], content: one.slice(2) }));
const shown = (messages: readonly Message[]): string =>
  messages.map(({ role, content }) => `${role[0]}:${content.replaceAll("\n", "/")}`).join(" ");

describe("a conversation without a system role", () => {
  const cases: readonly (readonly [given: string, expected: string])[] = [
    ["s:one u:two", "u:one/two"],
    ["s:one s:two u:three", "u:one//two/three"],
    ["u:one a:two s:three u:four", "u:one a:two u:three/four"],
    ["s:one a:two", "u:one a:two"],
    ["s:one", "u:one"],
    ["s: u:two", "u:two"],
    ["u:one a:two", "u:one a:two"],
  ];
  for (const [given, expected] of cases) {
    it(`says instructions in front of the user's words: ${given}`, () => {
      expect(shown(systemIntoUser(turns(given), true))).to.equal(expected);
    });
  }

  it("leaves several instructions in a row where they are, unless they are to be joined", () => {
    expect(shown(systemIntoUser(turns("s:one s:two u:three"), false))).to.equal("s:one s:two u:three");
    expect(shown(systemIntoUser(turns("s:one u:two"), false))).to.equal("u:one/two");
  });
});

describe("turns of one role in a row", () => {
  it("become one, with an empty line between", () => {
    expect(shown(joinNeighbours(turns("s:a s:b u:c u:d u:e a:f")))).to.equal("s:a//b u:c//d//e a:f");
  });
});
