import { expect } from "chai";
import { circlesIn } from "./cycles.js";
import { importsIn, importsOf, sourceFiles } from "./imports.js";

describe("circles of imports", () => {
  it("there is none in the notebook, not even of types", () => {
    expect(circlesIn(importsOf(sourceFiles("src/notebook")))).to.deep.equal([]);
  });

  it("there is none in the server, not even of types", () => {
    expect(circlesIn(importsOf(sourceFiles("src/server")))).to.deep.equal([]);
  });

  it("are found through types, through several files, and in two groups", () => {
    const found = circlesIn([
      ...importsIn("src/a.ts", 'import type { B } from "./b.js";\nimport { z } from "zod";'),
      ...importsIn("src/b.ts", 'import { type C, c } from "./c.js";'),
      ...importsIn("src/c.ts", 'const lazy = await import("./a.js");\nimport { leaf } from "./leaf.js";'),
      ...importsIn("src/x.ts", 'import { a } from "./a.js";\nimport { y } from "./y.js";'),
      ...importsIn("src/y.ts", 'import { x } from "./x.js";'),
      ...importsIn("src/self.ts", 'import type { Self } from "./self.js";'),
    ]);
    expect(found).to.deep.equal([["src/a.ts", "src/b.ts", "src/c.ts"], ["src/self.ts"], ["src/x.ts", "src/y.ts"]]);
  });
});
