import { expect } from "chai";
import { grammarOf, refusalOf } from "../../support/grammar-of.js";
import { Sampler } from "../../support/sample-gbnf.js";
import { seededRandom } from "../../support/seeded-random.js";

const limits = [0, 1, -1, 9, 10, 99, 100, 101, 345, -37, -100, 1000, 65_535, 123_456_789];
const fractions = [...limits, 0.5, -0.25, 1.5, 2.25, 99.99, 0.1, 0.30000000000000004, 1e-7, -1e-7, 3.25];

/** Numbers at, below and above a limit, and where digits change. */
function around(limit: number, step: number): number[] {
  const near = [limit - step, limit, limit + step, limit * 10, Math.trunc(limit / 10), -limit];
  return [...near, 0, 1, -1, 5, 10, 99, 1000].map((value) => Number(value.toFixed(8)) + 0);
}

function checkFractions(low: number, high: number, isOpen: boolean): void {
  const limits = isOpen ? { exclusiveMinimum: low, exclusiveMaximum: high } : { minimum: low, maximum: high };
  const { matcher, grammar } = grammarOf({ type: "number", ...limits });
  const isWithin = (value: number): boolean => (isOpen ? value > low && value < high : value >= low && value <= high);
  for (const value of [...around(low, 1e-5), ...around(high, 1e-5)]) {
    const text = value.toFixed(8).replace(/\.?0+$/, "");
    if (text !== "-0") expect(matcher.accepts(text), `${text} of ${low} to ${high}`).to.equal(isWithin(Number(text)));
  }
  const sampler = new Sampler(grammar, 1);
  for (let texts = 0; texts < 10; texts += 1) {
    expect(sampler.text()).to.satisfy((text: string) => isWithin(Number(text)), `of ${low} to ${high}`);
  }
}

describe("numbers within limits", () => {
  it("are whole numbers between two, each and no other", () => {
    for (const minimum of limits) {
      for (const maximum of limits.filter((limit) => limit >= minimum)) {
        const { matcher } = grammarOf({ type: "integer", minimum, maximum });
        for (const value of [...around(minimum, 1), ...around(maximum, 1)]) {
          const isWithin = value >= minimum && value <= maximum;
          expect(matcher.accepts(String(value)), `${value} of ${minimum} to ${maximum}`).to.equal(isWithin);
        }
      }
    }
  });

  it("are fractions between two, included or not", () => {
    const random = seededRandom(5);
    const one = (): number => fractions[Math.floor(random() * fractions.length)]!;
    for (let count = 0; count < 150; count += 1) {
      const [low, high] = [one(), one()].sort((left, right) => left - right) as [number, number];
      if (low < high) checkFractions(low, high, count % 2 === 0);
    }
  });

  it("keep limits that are left out open on one side", () => {
    grammarOf({ type: "integer", minimum: 3 })
      .accepts("3", "10", "345", "999999999999999")
      .refuses("2", "03", "-4", "3.0");
    grammarOf({ type: "integer", exclusiveMaximum: 0 }).accepts("-1", "-10").refuses("0", "-0", "1");
    grammarOf({ type: "number", exclusiveMinimum: 0 }).accepts("0.0000000001", "7").refuses("0", "0.0", "-1");
    grammarOf({ type: "integer", minimum: -(2 ** 53), maximum: 2 ** 53 })
      .accepts("-12", "999999999999999")
      .refuses("1.5");
    grammarOf({ type: "integer", format: "int32" }).accepts("2147483647", "-2147483648").refuses("2147483648");
  });

  it("stay apart from a limit that is excluded, however many digits it has", () => {
    grammarOf({ type: "number", exclusiveMaximum: 1e12 })
      .accepts("999999999999.99")
      .refuses("999999999999.99999", "1000000000000");
  });

  it("are multiples of whole numbers", () => {
    const { matcher } = grammarOf({ type: "integer", multipleOf: 7, minimum: -50, maximum: 500 });
    for (let value = -60; value < 520; value += 1) {
      expect(matcher.accepts(String(value)), String(value)).to.equal(value % 7 === 0 && value >= -50 && value <= 500);
    }
    grammarOf({ type: "number", multipleOf: 1 }).accepts("3").refuses("3.0", "3.5");
    expect(refusalOf({ type: "number", multipleOf: 0.01 }).keyword).to.equal("multipleOf");
  });

  it("are none where no number is between", () => {
    expect(refusalOf({ type: "integer", minimum: 5, maximum: 4 }).message).to.include("no value");
    expect(refusalOf({ type: "integer", exclusiveMinimum: 5, exclusiveMaximum: 6 }).message).to.include("no value");
  });
});
