/** What the log tells of a request that came through the tunnel. */
import { expect } from "chai";
import { type Door, openDoor } from "../../support/http-client.js";

describe("the log of the published listener", () => {
  let door: Door;
  before(async () => {
    door = await openDoor({ parts: { published: { origins: new Set() } } });
  });
  after(() => door.close());

  const cases: readonly (readonly [header: string, from: string | null])[] = [
    ["203.0.113.9", "203.0.113.9"],
    ["198.51.100.1, 203.0.113.9", "203.0.113.9"],
    ["127.0.0.1,10.0.0.1 ,  203.0.113.9  ", "203.0.113.9"],
    ["203.0.113.9, ", null],
    ["", null],
    [`198.51.100.1, ${"x".repeat(1000)}`, "x".repeat(64)],
  ];

  for (const [header, from] of cases) {
    it(`tells the last forwarded address of "${header.slice(0, 40)}", which ngrok wrote, not the client`, async () => {
      door.logged.length = 0;
      await door.send("GET", "/models/current", { headers: { "X-Forwarded-For": header } });
      await door.send("GET", "/health");
      const lines = door.logged.filter(({ message }) => message === "request");
      expect(lines.map(({ fields }) => fields.from)).to.deep.equal([from]);
    });
  }
});
