import { expect } from "chai";
import { setupFailure } from "../../scripts/setup/setup-failure.mjs";

const user = { platform: "linux", isRoot: false, freeBytes: 10e9 } as const;

/** What the programs really said, on Linux and macOS, cut to the lines that matter. */
const said = {
  "venv of Debian": `The virtual environment was not created successfully because ensurepip is not
available.  On Debian/Ubuntu systems, you need to install the python3-venv
package using the following command.

    apt install python3.11-venv

You may need to use sudo with that command.`,
  "venv of a small Python": "/usr/bin/python3: No module named venv",
  "venv, read-only": "Error: [Errno 30] Read-only file system: '/mnt/clone/.locallab/jupyter'",
  "venv, another's folder": "Error: [Errno 13] Permission denied: '/opt/clone/.locallab/jupyter'",
  "pip, offline": `WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection broken by 'NewConnectionError('<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7f2063f0ded0>: Failed to establish a new connection: [Errno -3] Temporary failure in name resolution')': /simple/jupyterlab/
ERROR: Could not find a version that satisfies the requirement jupyterlab (from versions: none)
ERROR: No matching distribution found for jupyterlab`,
  "pip, refused": `Looking in indexes: http://127.0.0.1:9/simple
ERROR: Could not find a version that satisfies the requirement jupyterlab (from versions: none)
ERROR: No matching distribution found for jupyterlab`,
  "pip, offline on macOS":
    "Failed to establish a new connection: [Errno 8] nodename nor servname provided, or not known",
  "pip, disk full": "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
  "pip, proxy reads along": `SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self signed certificate in certificate chain (_ssl.c:1006)'))
ERROR: Could not find a version that satisfies the requirement jupyterlab (from versions: none)`,
  "pip, proxy refuses": `ProxyError('Cannot connect to proxy.', OSError('Tunnel connection failed: 407 Proxy Authentication Required'))
ERROR: No matching distribution found for jupyterlab`,
  "pip, index wants a user": "ERROR: 403 Client Error: Forbidden for url: https://pypi.example.org/simple/jupyterlab/",
  "pip, old Python": "ERROR: Package 'jupyterlab' requires a different Python: 3.8.10 not in '>=3.9'",
  "pip, old": "no such option: --report",
  "pip, compiles": "  ERROR: Failed building wheel for pyzmq\nERROR: Could not build wheels for pyzmq",
  "npm, offline": `npm error code EAI_AGAIN
npm error syscall getaddrinfo
npm error request to https://registry.npmjs.org/zod failed, reason: getaddrinfo EAI_AGAIN registry.npmjs.org`,
  "npm, another registry": `npm error code E404
npm error 404 Not Found - GET https://registry.example.org/zod
npm error 404  The requested resource 'zod@4.6.7' could not be found or you do not have permission to access it.`,
  "npm, disk full": "npm error code ENOSPC\nnpm error syscall write\nnpm error errno -28\nnpm error nospc",
  "npm, another's folder":
    "npm error code EACCES\nnpm error syscall mkdir\nnpm error Error: EACCES: permission denied, mkdir '/opt/clone/node_modules'",
  "npm, changed package": "npm error code EINTEGRITY\nnpm error sha512-abc integrity checksum failed",
  "npm, changed lock file":
    "npm error code EUSAGE\nnpm error `npm ci` can only install packages when your package.json",
  "no npm": "spawn npm ENOENT",
  killed: '"python3 -m pip install" ended with code 137:\n',
};

const causes: Readonly<Record<keyof typeof said, readonly [cause: string, cure: RegExp]>> = {
  "venv of Debian": [
    "Python's venv module is missing.",
    /^Run: sudo apt-get install -y python3\.11-venv .*npm start\.$/,
  ],
  "venv of a small Python": ["Python's venv module is missing.", /apt-get install -y python3-venv /],
  "venv, read-only": ["/mnt/clone/.locallab/jupyter may not be written.", /your user/],
  "venv, another's folder": ["/opt/clone/.locallab/jupyter may not be written.", /your user/],
  "pip, offline": ["The package index cannot be reached.", /internet.*mirror/],
  "pip, refused": ["The package index cannot be reached.", /internet/],
  "pip, offline on macOS": ["The package index cannot be reached.", /internet/],
  "pip, disk full": ["The disk is full.", /^Free 1 GB/],
  "pip, proxy reads along": [
    "The package index shows a certificate that is not known here, as behind a proxy that reads along.",
    /PIP_CERT and NODE_EXTRA_CA_CERTS/,
  ],
  "pip, proxy refuses": ["The proxy refuses the connection.", /HTTPS_PROXY/],
  "pip, index wants a user": ["The package index refuses you.", /npm login/],
  "pip, old Python": ["Python 3.8.10 is too old for JupyterLab 4.", /apt-get install -y python3\.11 /],
  "pip, old": ["This pip is too old: it does not know --report.", /pip install --user --upgrade pip/],
  "pip, compiles": ["pyzmq has no ready-made files for this Python, and could not be compiled.", /3\.11 to 3\.14/],
  "npm, offline": ["The package index cannot be reached.", /npm config set registry/],
  "npm, another registry": [
    "The npm registry in use does not have https://registry.example.org/zod.",
    /npm config get registry/,
  ],
  "npm, disk full": ["The disk is full.", /^Free 1 GB/],
  "npm, another's folder": ["/opt/clone/node_modules may not be written.", /your user/],
  "npm, changed package": ["A package's checksum is another than package-lock.json says.", /npm cache clean/],
  "npm, changed lock file": ["package.json and package-lock.json do not fit.", /git checkout/],
  "no npm": ["npm is not there.", /nodejs\.org/],
  killed: ["Memory ran out.", /Close other programs/],
};

describe("set-up: what stopped it", () => {
  for (const name of Object.keys(said) as (keyof typeof said)[]) {
    it(`is told as one cause and one cure: ${name}`, () => {
      const [cause, cure] = causes[name];
      const told = setupFailure(`"program" ended with code 1:\n${said[name]}\n`, user);
      expect(told?.cause).to.equal(cause);
      expect(told?.cure)
        .to.match(cure)
        .and.match(/npm start\.$/);
      // one way out, not two
      expect(told?.cure.match(/\b(?:apt-get|brew)\b/g) ?? []).to.have.lengthOf.below(2);
    });
  }

  it("is told in the words of macOS there, and without sudo to root", () => {
    const venv = said["venv of Debian"];
    expect(setupFailure(venv, { ...user, platform: "darwin" })?.cure).to.equal(
      "Run: brew install python, then npm start.",
    );
    expect(setupFailure(venv, { ...user, isRoot: true })?.cure).to.match(/^Run: apt-get install/);
  });

  it("is a full disk when nothing else is known and nothing is left on it", () => {
    const ensurepip = "Error: Command '['/clone/bin/python3', '-m', 'ensurepip']' returned non-zero exit status 1.";
    expect(setupFailure(ensurepip, { ...user, freeBytes: 1e6 })?.cause).to.equal("The disk is full.");
    expect(setupFailure(ensurepip, user)).to.equal(undefined);
  });

  it("speaks for itself when its words are unknown", () => {
    expect(setupFailure("Segmentation fault", user)).to.equal(undefined);
    expect(setupFailure("", { platform: "linux", isRoot: false })).to.equal(undefined);
  });
});
