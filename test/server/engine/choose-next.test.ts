import { expect } from "chai";
import { chooseNext, type QueueView, servingOrder, whoMakesRoom } from "../../../src/server/engine/choose-next.js";

/** "O" is the owner, every other letter a key. */
const those = (letters: string): { key: string; isOwner: boolean }[] =>
  [...letters].map((key) => ({ key, isOwner: key === "O" }));

const view = (over: {
  waiting: string;
  running?: string;
  slots?: number;
  keeps?: boolean;
  tokens?: Record<string, number>;
}): QueueView => ({
  waiting: those(over.waiting),
  running: those(over.running ?? ""),
  slots: over.slots ?? 4,
  keepsOwnerSlot: over.keeps ?? false,
  tokensOf: (key) => over.tokens?.[key] ?? 0,
});

describe("whose turn it is", () => {
  const rows: [what: string, given: Parameters<typeof view>[0], index: number | null, reason: RegExp][] = [
    ["nobody's when nothing waits", { waiting: "" }, null, /nothing waits/],
    ["nobody's when every slot is taken", { waiting: "a", running: "bbbb" }, null, /every slot/],
    ["the first one's of one key", { waiting: "aa" }, 0, /fewest/],
    ["the key's that has fewer tokens", { waiting: "ab", tokens: { a: 10, b: 5 } }, 1, /fewest/],
    ["the key's that has fewer slots when the tokens are the same", { waiting: "ab", running: "a" }, 1, /fewest/],
    ["the first one's when all else is the same", { waiting: "bca" }, 0, /fewest/],
    ["any key's, of all slots, when no other waits", { waiting: "a", running: "aaa" }, 0, /fewest/],
    [
      "not a key's that has half of the slots while another waits",
      { waiting: "ab", running: "aa", tokens: { b: 99 } },
      1,
      /fewest/,
    ],
    ["nobody's when all that wait have their half", { waiting: "ab", running: "aabb", slots: 5 }, null, /half/],
    ["everybody's for one slot at least", { waiting: "ab", slots: 1, tokens: { a: 1 } }, 1, /fewest/],
    [
      "a key's again in the half of an odd number",
      { waiting: "ab", running: "a", slots: 3, tokens: { b: 9 } },
      1,
      /fewest/,
    ],
    ["the owner's, in his slot, before all who wait", { waiting: "abO", running: "ccc", keeps: true }, 2, /owner/],
    ["not a stranger's in the owner's slot", { waiting: "ab", running: "ccc", keeps: true }, null, /owner's/],
    [
      "a stranger's while another slot than the owner's is free",
      { waiting: "a", running: "cc", keeps: true },
      0,
      /fewest/,
    ],
    [
      "not a stranger's, who has slots, in the last but the owner's",
      { waiting: "cc", running: "cc", keeps: true },
      null,
      /has none/,
    ],
    [
      "not a stranger's, who has a slot, in the last while the owner runs",
      { waiting: "cc", running: "Oc", slots: 3, keeps: true },
      null,
      /has none/,
    ],
    ["a latecomer's, behind all of a greedy key", { waiting: "cca", running: "cc", keeps: true }, 2, /fewest/],
    ["a stranger's in the only slot but the owner's", { waiting: "cc", slots: 2, keeps: true }, 0, /fewest/],
    ["the owner's in the last slot but one", { waiting: "cO", running: "Occ", keeps: true }, 1, /fewest/],
    [
      "the owner's only once before others",
      { waiting: "aO", running: "O", keeps: true, tokens: { O: 9 } },
      0,
      /fewest/,
    ],
    ["a stranger's where there is one slot only", { waiting: "a", slots: 1, keeps: true }, 0, /fewest/],
    ["a stranger's in the last slot once the owner runs", { waiting: "a", running: "Occ", keeps: true }, 0, /fewest/],
    ["like anybody's for the owner when no slot is kept", { waiting: "aO", tokens: { O: 9 } }, 0, /fewest/],
  ];
  for (const [what, given, index, reason] of rows) {
    it(`is ${what}`, () => {
      const choice = chooseNext(view(given));
      expect(choice.index).to.equal(index);
      expect(choice.reason).to.match(reason);
    });
  }
});

describe("who makes room in a full queue", () => {
  const rows: [what: string, waiting: string, key: string, index: number | null][] = [
    ["the last of the key that has most in it", "aabaa", "c", 4],
    ["nobody for a key that has most itself", "aab", "a", null],
    ["nobody when that would only turn the two around", "ab", "c", null],
    ["nobody for a key that would have as many then", "aab", "b", null],
    ["never the owner", "OOOOb", "c", null],
    ["somebody for the owner", "aaa", "O", 2],
    ["nobody where nobody may wait", "", "a", null],
  ];
  for (const [what, waiting, key, index] of rows) {
    it(`is ${what}`, () => expect(whoMakesRoom(those(waiting), key)).to.equal(index));
  }
});

describe("the order in which those who wait would start", () => {
  const order = (letters: string, tokens: Record<string, number> = {}, ownerFirst = false): string => {
    const waiting = those(letters);
    const costs = waiting.map(() => 10);
    const places = servingOrder(waiting, costs, (key) => tokens[key] ?? 0, ownerFirst);
    return places.map((index) => letters[index]).join("");
  };
  it("goes round between the keys", () => expect(order("aaabbc")).to.equal("abcaba"));
  it("lets a key catch up first", () => expect(order("aab", { a: 0, b: 15 })).to.equal("aab"));
  it("begins with the owner where his slot is kept", () => expect(order("aaOO", {}, true)).to.equal("OaaO"));
});
