import { expect } from "chai";
import { notebookPlace, type PlaceFacts, reachableAddress } from "../../../src/notebook/client/reachable-address.js";

const url = "http://127.0.0.1:8000";
const hub = { JUPYTERHUB_SERVICE_PREFIX: "/user/ann/", JUPYTERHUB_API_TOKEN: "t", JUPYTERHUB_HOST: "" };
const colabHosts = ["*.prod.colab.dev", "*colab.googleusercontent.com"];

type Row = readonly [what: string, env: PlaceFacts["env"], address: string | null, hosts: string[], needsKey: boolean];

const rows: readonly Row[] = [
  ["one's own machine", {}, url, [], false],
  ["one's own machine, empty variables", { CODESPACE_NAME: "", VSCODE_PROXY_URI: "" }, url, [], false],
  ["an ssh session", { SSH_CONNECTION: "10.0.0.1 1 10.0.0.2 22" }, null, [], false],
  ["a hub that tells no name", hub, "/user/ann/proxy/8000/", ["*"], true],
  [
    "a hub that tells its name",
    { ...hub, JUPYTERHUB_HOST: "https://hub.example.org" },
    "https://hub.example.org/user/ann/proxy/8000/",
    ["hub.example.org", "*.hub.example.org"],
    true,
  ],
  [
    "a hub that tells the server's own address",
    { ...hub, JUPYTERHUB_HOST: "https://hub.example", JUPYTERHUB_PUBLIC_URL: "https://ann.hub.example:8443/user/ann/" },
    "https://ann.hub.example:8443/user/ann/proxy/8000/",
    ["ann.hub.example"],
    true,
  ],
  [
    "a hub below a path",
    { ...hub, JUPYTERHUB_SERVICE_PREFIX: "/jupyter/user/ann%40x.org/lab1/", JUPYTERHUB_BASE_URL: "/jupyter/" },
    "/jupyter/user/ann%40x.org/lab1/proxy/8000/",
    ["*"],
    true,
  ],
  [
    "a hub that tells only where it listens",
    { JUPYTERHUB_SERVICE_URL: "http://127.0.0.1:55123/user/ann/" },
    "/user/ann/proxy/8000/",
    ["*"],
    true,
  ],
  [
    "a hub that tells only the user",
    { JUPYTERHUB_BASE_URL: "/hub1/", JUPYTERHUB_USER: "ann b" },
    "/hub1/user/ann%20b/proxy/8000/",
    ["*"],
    true,
  ],
  ["something of a hub", { JUPYTERHUB_API_TOKEN: "t" }, null, [], true],
  [
    "a hub on one's own machine",
    { ...hub, JUPYTERHUB_HOST: "http://localhost:8000" },
    "http://localhost:8000/user/ann/proxy/8000/",
    [],
    true,
  ],
  ["a hub with a name that is no address", { ...hub, JUPYTERHUB_HOST: "hub" }, "/user/ann/proxy/8000/", ["*"], true],
  [
    "a codespace",
    { CODESPACE_NAME: "Fluffy-space-1", GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN: "app.github.dev" },
    "https://Fluffy-space-1-8000.app.github.dev",
    ["fluffy-space-1-*.app.github.dev"],
    false,
  ],
  [
    "a codespace without a domain",
    { CODESPACE_NAME: "a" },
    "https://a-8000.app.github.dev",
    ["a-*.app.github.dev"],
    false,
  ],
  ["a codespace with a strange name", { CODESPACE_NAME: "a/b?c" }, url, [], false],
  [
    "code-server",
    { VSCODE_PROXY_URI: "https://code.example.org/proxy/{{port}}/" },
    "https://code.example.org/proxy/8000/",
    ["code.example.org"],
    false,
  ],
  [
    "code-server with a name for each port",
    { VSCODE_PROXY_URI: "https://{{port}}.code.example.org" },
    "https://8000.code.example.org",
    ["*.code.example.org"],
    false,
  ],
  [
    "code-server with a port in a short name",
    { VSCODE_PROXY_URI: "https://{{port}}.dev" },
    "https://8000.dev",
    ["*"],
    true,
  ],
  [
    "code-server here",
    { VSCODE_PROXY_URI: "http://localhost:8080/proxy/{{port}}/" },
    "http://localhost:8080/proxy/8000/",
    [],
    false,
  ],
  ["code-server below a path", { VSCODE_PROXY_URI: "./proxy/{{port}}" }, "/proxy/8000", ["*"], true],
  ["code-server whose page knows the host", { VSCODE_PROXY_URI: "https://{{port}}-{{host}}" }, null, ["*"], true],
  ["a proxy without a place for the port", { VSCODE_PROXY_URI: "https://code.example.org/proxy/" }, url, [], false],
  ["a proxy of another scheme", { VSCODE_PROXY_URI: "javascript:alert({{port}})" }, url, [], false],
  [
    "code-server in a hub",
    { ...hub, VSCODE_PROXY_URI: "https://hub.example.org/user/ann/vscode/proxy/{{port}}" },
    "https://hub.example.org/user/ann/vscode/proxy/8000",
    ["hub.example.org", "*"],
    true,
  ],
  ["Colab", { COLAB_RELEASE_TAG: "release-colab_20260801" }, null, colabHosts, false],
];

describe("the place of a notebook", () => {
  for (const [what, env, address, hosts, needsKey] of rows) {
    it(`in ${what} is reached at ${address ?? "no address that is known"}`, () => {
      const place = notebookPlace({ env });
      expect(reachableAddress(place, url, needsKey).address).to.equal(address);
      expect([place.allowedHosts, place.needsKey]).to.deep.equal([hosts, needsKey]);
    });
  }

  for (const [serverUrl, address, hosts, needsKey] of [
    ["http://localhost:8888/", url, [], false],
    ["http://127.0.0.1:8888/user/ann/", "/user/ann/proxy/8000/", ["*"], true],
    ["http://gpu1:8888/", null, [], false],
    ["http://gpu1:8888/base", "http://gpu1:8888/base/proxy/8000/", ["*"], true],
    ["nonsense", url, [], false],
  ] as const) {
    it(`of a Jupyter server at ${serverUrl} is reached at ${address ?? "no address that is known"}`, () => {
      for (const facts of [{ env: {}, serverUrl }, { env: { JUPYTER_SERVER_URL: serverUrl } }]) {
        const place = notebookPlace(facts);
        expect(reachableAddress(place, url, true).address).to.equal(address);
        expect([place.allowedHosts, place.needsKey]).to.deep.equal([hosts, needsKey]);
      }
    });
  }

  it("says nothing on one's own machine, and elsewhere what stands between", () => {
    const note = (env: PlaceFacts["env"], hasKey = true): string =>
      reachableAddress(notebookPlace({ env }), "http://127.0.0.1:8123", hasKey).note;
    expect(note({})).to.equal("");
    expect(note({ SSH_CONNECTION: "a" }))
      .to.include("ssh -L 8123:127.0.0.1:8123")
      .and.include("lab.publish()");
    expect(note(hub)).to.include("jupyter-server-proxy").and.include("lab.apiKey.reveal()");
    expect(note(hub, false)).to.not.include("reveal");
    expect(note({ COLAB_RELEASE_TAG: "r" })).to.include("proxyPort(8123)");
    expect(note({ CODESPACE_NAME: "a" })).to.include("codespace");
  });
});
