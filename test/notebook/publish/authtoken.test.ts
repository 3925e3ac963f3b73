import { expect } from "chai";
import { connectLab } from "../../../src/notebook/lab/connect-lab.js";
import { FakeLabServer, sendError } from "../../support/fake-lab-server.js";
import { rejection } from "../../support/rejection.js";

describe("the ngrok authtoken of this machine", () => {
  const before = process.env.NGROK_AUTHTOKEN;
  beforeEach(() => {
    process.env.NGROK_AUTHTOKEN = "token-of-this-machine";
  });
  afterEach(() => {
    if (before === undefined) delete process.env.NGROK_AUTHTOKEN;
    else process.env.NGROK_AUTHTOKEN = before;
  });

  /** What a lab at this address gets when it is published. */
  async function sentTo(host: string, options: object = {}): Promise<Record<string, unknown>> {
    const fake = await FakeLabServer.start({ host });
    fake.on("POST /publish", (_, response) => sendError(response, 400, "no_authtoken", "None was found."));
    const lab = await connectLab(fake.url);
    await rejection(lab.publish(options));
    await lab.stop();
    await fake.stop();
    return fake.seen.find(({ method }) => method === "POST")?.body as Record<string, unknown>;
  }

  it("goes to a lab on this machine", async () => {
    expect(await sentTo("127.0.0.1")).to.deep.equal({ authtoken: "token-of-this-machine" });
  });

  it("stays here when the lab is elsewhere", async () => {
    // an address that is not one of loopback, although this machine answers at it
    expect(await sentTo("0.0.0.0")).to.deep.equal({});
    expect(await sentTo("0.0.0.0", { authtoken: "given" })).to.deep.equal({ authtoken: "given" });
  });
});
