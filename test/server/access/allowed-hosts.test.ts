import { expect } from "chai";
import { AllowedHosts } from "../../../src/server/access/allowed-hosts.js";

const options = { host: "127.0.0.1", allowedHosts: [] as readonly string[] };
const loopbackOnly = new AllowedHosts(options);

describe("AllowedHosts", () => {
  const loopback = [
    "localhost",
    "localhost:8000",
    "LOCALHOST",
    "localhost.",
    "127.0.0.1",
    "127.0.0.1:1",
    "127.9.8.7",
    "[::1]",
    "[::1]:80",
  ];
  const foreign = [
    "evil.example",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "127.1",
    "0.0.0.0",
    "10.0.0.1",
    "[::2]",
    "::1",
    "2130706433",
  ];
  const malformed = [
    "",
    undefined,
    "localhost:port",
    "localhost:8000:1",
    "evil@localhost",
    "localhost/",
    "local host",
    "[::1",
    "localhost:999999",
    "a,localhost",
  ];

  for (const host of loopback) it(`answers to "${host}"`, () => expect(loopbackOnly.allows(host)).to.equal(true));
  for (const host of [...foreign, ...malformed]) {
    it(`does not answer to "${host}"`, () => expect(loopbackOnly.allows(host)).to.equal(false));
  }

  it("answers to the name it listens on and to allowed ones, in any case", () => {
    const hosts = new AllowedHosts({ ...options, host: "lab.lan", allowedHosts: ["gpu.example"] });
    expect(["LAB.lan:80", "gpu.example", "GPU.Example:443"].map((host) => hosts.allows(host))).to.deep.equal([
      true,
      true,
      true,
    ]);
    expect(["x.gpu.example", "10.0.0.1"].map((host) => hosts.allows(host))).to.deep.equal([false, false]);
  });

  for (const [pattern, host, isOurs] of [
    ["*.hub.example", "ann.hub.example", true],
    ["*.hub.example", "a.b.HUB.example:443", true],
    ["*.hub.example", "hub.example", false],
    ["*.hub.example", "hub.example.evil", false],
    ["*.hub.example", "evilhub.example", false],
    ["space-*.app.github.dev", "space-8000.app.github.dev", true],
    ["space-*.app.github.dev", "other-8000.app.github.dev", false],
    ["ab*bc.example.org", "abc.example.org", false],
    ["*", "anything.example", true],
    ["*", "10.0.0.1", true],
    ["*", "evil@localhost", false],
    ["x.example", "y.example", false],
  ] as const) {
    it(`with "${pattern}" allowed ${isOurs ? "answers" : "does not answer"} to "${host}"`, () => {
      const hosts = new AllowedHosts({ ...options, allowedHosts: [pattern] });
      expect(hosts.allows(host)).to.equal(isOurs);
    });
  }

  it("answers to every address, but to no foreign name, when it listens on all of them", () => {
    for (const host of ["0.0.0.0", "::"]) {
      const hosts = new AllowedHosts({ ...options, host });
      expect(["10.0.0.1:8000", "[fe80::1]", "evil.example"].map((name) => hosts.allows(name))).to.deep.equal([
        true,
        true,
        false,
      ]);
    }
  });

  for (const [origin, host, isOwn] of [
    ["http://localhost:8000", "localhost:8000", true],
    ["http://LOCALHOST:8000", "localhost:8000", true],
    ["http://127.0.0.1:8000", "127.0.0.1:8000", true],
    ["http://[::1]:8000", "[::1]:8000", true],
    ["http://localhost", "localhost", true],
    ["http://localhost", "localhost:80", true],
    ["https://localhost", "localhost:443", true],
    ["http://localhost:8888", "localhost:8000", false],
    ["http://localhost", "localhost:8000", false],
    ["http://127.0.0.1:8000", "localhost:8000", false],
    ["http://[::1]:8000", "127.0.0.1:8000", false],
    ["https://evil.example", "localhost:8000", false],
    ["http://evil.example:8000", "evil.example:8000", false],
    ["null", "localhost:8000", false],
    ["file://localhost:8000", "localhost:8000", false],
    ["http://localhost:8000@evil.example", "localhost:8000", false],
    ["http://localhost:8000/", "localhost:8000", false],
  ] as const) {
    it(`takes a page of ${origin} ${isOwn ? "for its own" : "for another's"} at ${host}`, () => {
      expect(loopbackOnly.allowsOrigin(origin, host)).to.equal(isOwn);
    });
  }
});
