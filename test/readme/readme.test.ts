import { readFileSync } from "node:fs";
import { expect } from "chai";
import { madeTexts } from "../../scripts/readme/made-texts.js";
import { routes } from "../../src/server/http/routes.js";
import { fieldNames } from "../../src/server/schema/body.js";

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

const allRoutes = readFileSync(new URL("../../docs/routes.md", import.meta.url), "utf8");

describe("the README", () => {
  it("names every route of LocalLab's own; those of other APIs stand in the table of all routes", () => {
    for (const { method, path, dialect } of routes) {
      const page = dialect === undefined ? readme : allRoutes;
      expect(page).to.contain(`\`${method} ${path.replace(/[:*](\w+)/g, "{$1}")}\``);
    }
  });

  it("names every field of a request for text", () => {
    for (const { path, body } of routes) {
      if (!/^\/(generate|chat)/.test(path) || body.schema === undefined) continue;
      for (const name of fieldNames(body.schema)) expect(readme, name).to.contain(`\`${name}\``);
    }
  });

  it("has no word about a machine of ours", () => {
    expect(readme).to.not.match(/\/work\/|\/tmp\/|registry\.npmjs/);
  });
});

describe("what is made from the code", () => {
  for (const { path, make } of madeTexts) {
    it(`${path} is as the code has it (mend it with: npm run readme)`, () => {
      const text = readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
      expect(make(text)).to.equal(text);
      // an empty file has no place for it: a place that got lost is not passed over
      expect(() => make("")).to.throw("no place");
    });
  }
});
