import { expect } from "chai";
import { createRedactor } from "../../../src/server/publish/redactor.js";

describe("the redactor", () => {
  const authtoken = '2secret"with\\signs/and+more';
  const redact = createRedactor(authtoken);

  it("takes the authtoken out wherever it stands", () => {
    expect(redact(`a ${authtoken} b ${authtoken}`)).to.equal("a [authtoken] b [authtoken]");
  });

  it("takes it out of JSON, of JSON within JSON and of a URL", () => {
    const once = JSON.stringify({ text: authtoken });
    const twice = JSON.stringify({ once });
    const address = `https://ngrok.com/?t=${encodeURIComponent(authtoken)}`;
    for (const text of [once, twice, address]) expect(redact(text)).to.not.contain("signs");
  });

  it("takes out what a text itself calls an authtoken", () => {
    expect(redact("Your authtoken: 2another_one\nInstructions")).to.equal("Your authtoken: [authtoken]\nInstructions");
    expect(redact('{"authtoken":"2another_one"}')).to.not.contain("another");
  });

  it("leaves other texts alone", () => {
    const text = "The authtoken you specified is properly formed, but it is invalid.";
    expect(redact(text)).to.equal(text);
  });
});
