import { expect } from "chai";
import { GrammarGate } from "../../../../src/server/engine/local/grammar-gate.js";
import { GrammarProcess, GrammarProcessMissing } from "../../../../src/server/engine/local/grammar-process.js";
import { createLog } from "../../../../src/server/log.js";
import { writeByteVocabulary } from "../../../../src/server/models/sample/byte-vocabulary.js";
import { rejection } from "../../../support/rejection.js";
import { temporaryFolder } from "../../../support/temp-folder.js";
import { until } from "../../../support/until.js";

const param = "grammar";

describe("the gate in front of engines", function () {
  this.timeout(300_000);
  const pids: number[] = [];
  let grammars: GrammarProcess;
  let gate: GrammarGate;
  before(() => {
    const folder = temporaryFolder();
    const vocabulary = (): Promise<string> => writeByteVocabulary(folder);
    grammars = new GrammarProcess({ log: createLog("silent"), onProcess: (pid) => pids.push(pid), vocabulary });
    gate = new GrammarGate(grammars);
  });
  after(() => grammars.close());

  for (const [name, gbnf] of [
    ["a choice", 'root ::= "yes" | "no"'],
    ["a text that never ends", "root ::= [a-z]+ root"],
    ["nothing but the empty text", 'root ::= ""'],
    ["letters of every kind", 'root ::= "é" [а-я]{2,5} "€🦙" .'],
    ["JSON", 'root ::= "{" (pair ("," pair)*)? "}"\npair ::= "\\"" [a-z]* "\\":" ("1" | root)'],
  ] as const) {
    it(`lets pass: ${name}`, async () => {
      await gate.check({ gbnf, param });
    });
  }

  for (const [name, gbnf, words] of [
    ["what is no grammar", 'root ::= "a', "is not one that llama.cpp reads"],
    ["no root", 'start ::= "a"', "is not one that llama.cpp reads"],
    ["a rule that is not there", "root ::= other", "is not one that llama.cpp reads"],
    ["a rule that begins with itself", 'root ::= root "a"', "is not one that llama.cpp reads"],
  ] as const) {
    it(`refuses: ${name}`, async () => {
      const error = await rejection(gate.check({ gbnf, param: "response_format" }));
      expect(error).to.include({ code: "invalid_request", param: "response_format" });
      expect(error.message).to.contain(words).and.to.contain("The grammar in response_format");
    });
  }

  for (const [name, gbnf] of [
    ["optional parts in a row", `root ::= ${'"a"? '.repeat(256)}`],
    ["the same hidden in rules", `root ::= ${"a ".repeat(4000)}\na ::= "a"?`],
    [
      "ways that double with each letter",
      'root ::= (x x x x)* \nx ::= ("a" | "a" "a")? y\ny ::= ("a" | "a" "a" | "a" "a" "a")? z?\nz ::= "a"? x?',
    ],
  ] as const) {
    it(`kills what keeps its reader: ${name}`, async () => {
      const before = pids.length;
      const error = await rejection(gate.check({ gbnf, param }));
      expect(error).to.include({ code: "invalid_request" });
      expect(error.message).to.match(/too much work|ends the program|llama\.cpp reads/);
      // and goes on with the next one
      await gate.check({ gbnf: `root ::= "${name}"`, param });
      expect(pids.length - before).to.be.within(0, 1);
    });
  }

  it("remembers: what was tried costs nothing again, whatever came of it", async () => {
    let tries = 0;
    const counting = new GrammarGate({
      try: async (gbnf) => {
        tries += 1;
        return gbnf === "good" ? null : "is bad";
      },
    });
    for (let time = 0; time < 3; time += 1) {
      await counting.check({ gbnf: "good", param });
      expect((await rejection(counting.check({ gbnf: "bad", param }))).message).to.contain("is bad");
    }
    expect(tries).to.equal(2);
    for (let other = 0; other < 1100; other += 1) await rejection(counting.check({ gbnf: `${other}`, param }));
    await counting.check({ gbnf: "good", param });
    expect(tries, "and forgets what is old").to.equal(1103);
  });

  it("says when too many wait, or nothing can be tried, and remembers neither", async () => {
    let release: (problem: string | null) => void = () => {};
    const held = new Promise<string | null>((resolve) => {
      release = resolve;
    });
    let isMissing = false;
    const gateWithLevers = new GrammarGate({
      try: async () => {
        if (isMissing) throw new GrammarProcessMissing("no memory");
        return await held;
      },
    });
    const waiting = Array.from({ length: 32 }, (_, at) => gateWithLevers.check({ gbnf: `${at}`, param }));
    const full = (await rejection(gateWithLevers.check({ gbnf: "one more", param }))) as Error & {
      retryAfterSeconds?: number;
    };
    expect(full).to.include({ code: "queue_full", retryAfterSeconds: 1 });
    release(null);
    await Promise.all(waiting);
    await gateWithLevers.check({ gbnf: "one more", param });
    isMissing = true;
    expect(await rejection(gateWithLevers.check({ gbnf: "new", param }))).to.include({ code: "engine_restarting" });
    isMissing = false;
    await gateWithLevers.check({ gbnf: "new", param });
  });

  it("is itself again when something else ends its process", async () => {
    process.kill(pids.at(-1) as number, "SIGKILL");
    const before = pids.length;
    await until(() => grammars.pid === undefined);
    await gate.check({ gbnf: 'root ::= "again"', param });
    expect(pids.length).to.equal(before + 1);
  });

  it("tries nothing once it is closed", async () => {
    await grammars.close();
    expect(await rejection(gate.check({ gbnf: 'root ::= "late"', param }))).to.include({ code: "engine_restarting" });
    expect(grammars.pid).to.equal(undefined);
  });
});
