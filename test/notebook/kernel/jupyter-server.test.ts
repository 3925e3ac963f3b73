import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { jupyterServerUrl } from "../../../src/notebook/kernel/jupyter-server.js";
import { temporaryFolder } from "../../support/temp-folder.js";

describe("the Jupyter server of a kernel", () => {
  const url = "http://localhost:8888/user/ann/";

  it("is found beside the kernel's connection file, else in the folder of the variable", () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "jpserver-123.json"), JSON.stringify({ url, token: "secret", pid: 123 }));
    const argv = ["node", "main.js", "--connection-file", join(folder, "kernel-1.json")];
    expect(jupyterServerUrl({ JPY_PARENT_PID: "123" }, argv)).to.equal(url);
    expect(jupyterServerUrl({ JPY_PARENT_PID: "123", JUPYTER_RUNTIME_DIR: folder }, ["node"])).to.equal(url);
  });

  it("is not known where another program started the kernel, or the file is not what it was", () => {
    const folder = temporaryFolder();
    const known = { JPY_PARENT_PID: "123", JUPYTER_RUNTIME_DIR: folder };
    expect(jupyterServerUrl(known, [])).to.equal(undefined);
    for (const text of ["{", "[]", '{"url":7}']) {
      writeFileSync(join(folder, "jpserver-123.json"), text);
      expect(jupyterServerUrl(known, []), text).to.equal(undefined);
    }
    expect(jupyterServerUrl({ ...known, JPY_PARENT_PID: "../x" }, [])).to.equal(undefined);
    expect(jupyterServerUrl({}, [])).to.equal(undefined);
  });
});
