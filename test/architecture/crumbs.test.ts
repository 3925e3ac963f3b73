import { readFileSync } from "node:fs";
import { expect } from "chai";
import { importsOf, sourceFiles } from "./imports.js";

/** A file with fewer lines is a crumb where one file alone has a use for it: it belongs into that file. */
const leastLines = 20;

/** A front door: its users are programs elsewhere. */
const doors: readonly string[] = ["src/server/index.ts"];

describe("files", () => {
  it("of a few lines have two users at least, tests of their own among them", () => {
    const users = new Map<string, Set<string>>();
    for (const { from, to } of importsOf([...sourceFiles("src"), ...sourceFiles("scripts"), ...sourceFiles("test")]))
      users.set(to, (users.get(to) ?? new Set()).add(from));
    const crumbs = [...sourceFiles("src"), ...sourceFiles("scripts")].filter(
      (file) =>
        readFileSync(file, "utf8").split("\n").length - 1 < leastLines &&
        users.get(file)?.size === 1 &&
        !doors.includes(file),
    );
    expect(crumbs).to.deep.equal([]);
  });
});
