import { readFileSync } from "node:fs";
import { expect } from "chai";
import { withTables } from "../../scripts/readme/readme-tables.js";
import { routes } from "../../src/server/http/routes.js";
import { fieldNames } from "../../src/server/schema/generation-schemas.js";

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

describe("the README", () => {
  it("has the settings and the errors as the code has them (mend it with: npm run readme)", () => {
    expect(readme).to.contain("<!-- table: settings -->").and.contain("<!-- table: errors -->");
    expect(withTables(readme)).to.equal(readme);
  });

  it("names every route", () => {
    for (const { method, path } of routes) {
      expect(readme).to.contain(`\`${method} ${path.replace(/:(\w+)/g, "{$1}")}\``);
    }
  });

  it("names every field of a request", () => {
    for (const name of new Set(Object.values(fieldNames).flat())) expect(readme, name).to.contain(`\`${name}\``);
  });

  it("has no word about a machine of ours", () => {
    expect(readme).to.not.match(/\/work\/|\/tmp\/|registry\.npmjs/);
  });
});
