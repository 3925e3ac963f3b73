import { expect } from "chai";
import { LabError } from "../../../src/server/errors.js";
import { resolveTunnelOptions, type TunnelOptions } from "../../../src/server/publish/tunnel-options.js";

const heartbeat = { intervalSeconds: 5, toleranceSeconds: 10 };
const target = "http://127.0.0.1:8000";

describe("the options of a tunnel", () => {
  const resolve = (options: object, to = target) => resolveTunnelOptions(to, options as TunnelOptions, heartbeat);

  async function refusalOf(options: object, to = target): Promise<LabError> {
    const error = await resolve(options, to).then(
      () => expect.fail(`${JSON.stringify(options)} was taken`),
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(LabError).and.include({ code: "invalid_request" });
    return error as LabError;
  }

  it("may all be left out", async () => {
    const resolved = await resolve({});
    expect(resolved).to.include({ target, domain: undefined, caPem: undefined, serverAddr: undefined });
    expect(resolved).to.deep.include({ allowCidrs: [], denyCidrs: [], heartbeat });
  });

  it("make a network of an address", async () => {
    const { allowCidrs } = await resolve({ allowCidrs: ["203.0.113.7", "2001:db8::1", "10.0.0.0/8"] });
    expect(allowCidrs).to.deep.equal(["203.0.113.7/32", "2001:db8::1/128", "10.0.0.0/8"]);
  });

  it("let everyone else in when only those who may not are named, as ngrok wants it said", async () => {
    expect((await resolve({ denyCidrs: ["10.0.0.0/8"] })).allowCidrs).to.deep.equal(["0.0.0.0/0", "::/0"]);
  });

  it("hand on a traffic policy as it was written", async () => {
    expect((await resolve({ trafficPolicy: "on_http_request: []" })).trafficPolicy).to.equal("on_http_request: []");
    expect((await resolve({ trafficPolicy: { on_http_request: [] } })).trafficPolicy).to.equal(
      '{"on_http_request":[]}',
    );
  });

  const refused: Readonly<Record<string, readonly unknown[]>> = {
    domain: ["https://a.example", "a", "a..example", "a_b.example", "-a.example", `${"a".repeat(64)}.example`, 7, ""],
    allowCidrs: ["10.0.0.0/8", ["10.0.0.0/33"], ["::/129"], ["example.com"], ["10.0.0.0/8/8"], ["10.0.0.0/x"], [7]],
    denyCidrs: [Array.from({ length: 257 }, () => "10.0.0.1")],
    trafficPolicy: ["", "x".repeat(65 * 1024), 7, null, []],
    metadata: ["", "ä".repeat(2049), 7],
    serverAddr: ["example.com", "example.com:0", "example.com:65536", "[::1]:443", "https://example.com:443", 7],
    caFile: ["/nowhere/ca.pem", import.meta.dirname, import.meta.filename],
  };
  for (const [param, values] of Object.entries(refused)) {
    for (const value of values) {
      it(`refuse ${param} ${JSON.stringify(value)?.slice(0, 40)}`, async () => {
        const error = await refusalOf({ [param]: value });
        expect(error.param).to.equal(param);
        expect(error.message).to.contain("must be");
      });
    }
  }

  for (const to of ["http://192.0.2.1:80", "http://localhost:80", "http://127.0.0.1:99999", "unix:relative"]) {
    it(`refuse to lead to ${to}`, async () => {
      expect((await refusalOf({}, to)).param).to.equal("target");
    });
  }
});
