import { expect } from "chai";
import type { LabContext } from "../../../src/server/http/route.js";
import { tellWarnings } from "../../../src/server/http/warning-header.js";

const headerOf = (warnings: readonly string[]): string | undefined => {
  const headers = new Map<string, string>();
  const set = (name: string, value: string): unknown => headers.set(name, value);
  tellWarnings({ set } as unknown as LabContext, warnings);
  return headers.get("X-LocalLab-Warnings");
};

describe("X-LocalLab-Warnings", () => {
  it("is left out where nothing is to be said", () => {
    expect(headerOf([])).to.equal(undefined);
  });

  it("has each sentence once, in characters that a header may have", () => {
    expect(headerOf(["One.", "Two: ü🦙\n.", "One."])).to.equal("One. Two: \\u00fc\\ud83e\\udd99\\u000a.");
  });

  it("is no longer than what clients read", () => {
    expect(headerOf(["x".repeat(10_000)])).to.have.lengthOf(4096);
  });
});
