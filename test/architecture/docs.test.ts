import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { expect } from "chai";

const map = readFileSync("docs/architecture.md", "utf8");
const dependencies = readFileSync("docs/dependencies.md", "utf8");

/** First cells of the rows of the table under a heading. */
const firstCells = (page: string, heading: string): string[] =>
  (page.split(`## ${heading}\n`)[1]?.split("\n## ")[0] ?? "")
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) => line.split("|")[1] ?? "");
const quoted = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, word = ""]) => word);

describe("the map of the house", () => {
  for (const [folder, heading] of [
    ["src/server", "Rooms of the server"],
    ["src/notebook", "Rooms of the notebook"],
  ] as const) {
    it(`names every room in ${folder}`, () => {
      const named = firstCells(map, heading).flatMap(quoted);
      const rooms = readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => `${name}/`);
      expect(rooms.filter((room) => !named.includes(room))).to.deep.equal([]);
    });
  }

  it("traces a request through files that are there, and counts them", () => {
    const trace = map.split("## One request, from socket to decoder and back\n")[1]?.split("\n## ")[0] ?? "";
    const [way = "", back = ""] = [...trace.matchAll(/^```\n([\s\S]*?)^```/gm)].map(([, block = ""]) => block);
    const files = (block: string): string[] => block.match(/\w[\w-]*(?:\/[\w-]+)+/g) ?? [];
    const missing = [...files(way), ...files(back)].filter((file) => !existsSync(`src/server/${file}.ts`));
    expect(missing).to.deep.equal([]);
    expect(trace).to.include(`${files(way).length} files in, ${files(back).length} back`);
    const known = [...files(way), ...files(back)].map((file) => basename(file));
    const told = [...trace.matchAll(/`([a-z][\w-]*)`/g)].map(([, name = ""]) => name);
    expect(told.filter((name) => !known.includes(name))).to.deep.equal([]);
  });

  it("names commands that exist", () => {
    const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
    const commands = [...`${map}${dependencies}`.matchAll(/`npm run ([\w:]+)`/g)].map(([, name = ""]) => name);
    expect(commands).to.include("check");
    expect(commands.filter((name) => scripts[name] === undefined)).to.deep.equal([]);
  });
});

describe("the page of dependencies", () => {
  const { dependencies: atRunTime, devDependencies } = JSON.parse(readFileSync("package.json", "utf8")) as Record<
    string,
    Record<string, string>
  >;

  it("has a row for each package, and for no other", () => {
    const rows = (heading: string): string[] => firstCells(dependencies, heading).flatMap(quoted).sort();
    expect(rows("At run time")).to.deep.equal(Object.keys(atRunTime ?? {}).sort());
    expect(rows("At development time")).to.deep.equal(Object.keys(devDependencies ?? {}).sort());
  });

  it("calls exact what package.json pins, and tells how to move each of those", () => {
    const pinned = Object.entries(atRunTime ?? {}).filter(([, range]) => /^\d/.test(range));
    const exact = firstCells(dependencies, "At run time").filter((cell) => cell.includes("(exact)"));
    expect(exact.flatMap(quoted).sort()).to.deep.equal(pinned.map(([name]) => name).sort());
    for (const [name, version] of pinned) expect(dependencies).to.contain(`| \`${name}\` ${version} |`);
  });
});

describe("links in the docs", () => {
  it("lead to files that are there", () => {
    const pages = readdirSync("docs")
      .filter((name) => name.endsWith(".md"))
      .map((name) => join("docs", name));
    const broken = [...pages, "README.md"].flatMap((page) =>
      [...readFileSync(page, "utf8").matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
        .map(([, target = ""]) => target)
        .filter((target) => !existsSync(join(dirname(page), target)))
        .map((target) => `${page}: ${target}`),
    );
    expect(broken).to.deep.equal([]);
  });
});
