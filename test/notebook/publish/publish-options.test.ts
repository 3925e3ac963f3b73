import { expect } from "chai";
import type { Connection } from "../../../src/notebook/client/connection.js";
import type { LabRequestError } from "../../../src/notebook/client/request-error.js";
import { type PublishOptions, publishRequestOf } from "../../../src/notebook/publish/publish-options.js";
import { Publishing } from "../../../src/notebook/publish/publishing.js";
import { rejection } from "../../support/rejection.js";

describe("the options of lab.publish", () => {
  it("become the fields of the request, the models among them", () => {
    const options: PublishOptions = { models: ["sample", "sample-b"], expiresIn: "1h", allowCidrs: ["203.0.113.0/24"] };
    expect(publishRequestOf(options)).to.deep.equal({
      models: ["sample", "sample-b"],
      expires_in: "1h",
      allow_cidrs: ["203.0.113.0/24"],
    });
    expect(publishRequestOf({})).to.deep.equal({});
  });

  const slips: readonly (readonly [options: object, words: RegExp])[] = [
    [
      { expiresIn: Number.NaN },
      /^lab\.publish: expiresIn is NaN\. It must be seconds, or .* left out it is 8 hours\.$/,
    ],
    [{ expiresIn: Number.POSITIVE_INFINITY }, /expiresIn is Infinity\. It must be/],
    [{ expiresIn: null }, /expiresIn is null\. It must be/],
    [{ expiresIn: "" }, /expiresIn is empty\. It must be/],
    [{ models: null }, /models is null\. It must be a list of 1 to 16 model ids/],
    [{ allowCidrs: null }, /allowCidrs is null/],
    [{ authtoken: "" }, /authtoken is empty/],
    [{ scopes: null }, /scopes is null/],
    [{ expires_in: "1h" }, /no option "expires_in"/],
  ];
  for (const [options, words] of slips) {
    it(`${words.source} is refused before the lab is asked anything`, async () => {
      const asked: string[] = [];
      const connection = {
        url: "http://127.0.0.1:1",
        json: async (method: string) => asked.push(method),
      } as unknown as Connection;
      const error = await rejection<LabRequestError>(new Publishing(connection, false).publish(options));
      expect(error.code).to.equal("invalid_request");
      expect(error.message).to.match(words);
      expect(asked).to.deep.equal([]);
    });
  }
});
