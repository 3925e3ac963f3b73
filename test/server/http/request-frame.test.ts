import { expect } from "chai";
import type { Door } from "../../support/http-client.js";
import { openWholeDoor } from "../../support/whole-door.js";

describe("what a notebook's card asks by itself", () => {
  const apiKey = "key-of-the-tests";
  let door: Door;
  beforeEach(async () => {
    door = await openWholeDoor({ settings: { apiKey } });
  });
  afterEach(() => door.close());

  const watching = { "X-LocalLab-Watching": "1", Authorization: `Bearer ${apiKey}` };
  /** Level and path of every request that was logged; asks for more until the last one has its line. */
  const logged = async (): Promise<string[]> => {
    await door.send("GET", "/health");
    return door.logged
      .filter(({ message }) => message === "request")
      .map(({ level, fields }) => `${level} ${fields.path}`);
  };

  it("is neither counted nor in the log of who does not debug", async () => {
    for (const path of ["/models/current", "/system/info"]) {
      expect((await door.send("GET", path, { headers: watching })).status).to.equal(200);
    }
    expect(await logged()).to.deep.equal(["debug /models/current", "debug /system/info"]);
    const { json } = await door.send("GET", "/system/info", { headers: { Authorization: `Bearer ${apiKey}` } });
    expect(json.request_count).to.equal(0);
  });

  it("is logged like everything else where it was refused, or is something a card does not ask", async () => {
    const asked = [
      await door.send("GET", "/system/info", { headers: { ...watching, Authorization: "Bearer wrong" } }),
      await door.send("GET", "/models/available", { headers: watching }),
      await door.send("POST", "/generate", { headers: watching, body: { prompt: "x" } }),
    ];
    expect(asked.map(({ status }) => status)).to.deep.equal([401, 200, 200]);
    expect(await logged()).to.deep.equal(["info /system/info", "info /models/available", "info /generate"]);
    expect(door.requests.answered).to.equal(3);
  });
});
