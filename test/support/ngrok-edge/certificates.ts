/**
 * A certificate authority made on the spot and a leaf it signed, for TLS on loopback.
 *
 * Node can read X.509 but not sign it, so this runs the openssl command.
 */
import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface Certificates {
  /** Path of the authority's certificate, PEM. */
  readonly caFile: string;
  /** The leaf's private key, PEM. */
  readonly key: string;
  /** The leaf, PEM; valid for localhost, 127.0.0.1 and the name of ngrok's own ingress. */
  readonly cert: string;
}

/** rustls refuses a leaf without a SAN and one that may itself sign. */
const leafExtensions = [
  "basicConstraints=CA:FALSE",
  "keyUsage=digitalSignature",
  "extendedKeyUsage=serverAuth",
  "subjectAltName=DNS:localhost,DNS:connect.ngrok-agent.com,IP:127.0.0.1",
].join("\n");

const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

/** Writes the authority and the leaf into `folder`; they are valid for two days. */
export async function makeCertificates(folder: string): Promise<Certificates> {
  await mkdir(folder, { recursive: true });
  const at = (name: string): string => join(folder, name);
  await writeFile(at("leaf.cnf"), `${leafExtensions}\n`);
  await run("openssl", [
    ...["req", "-x509", ...newKey, "-days", "2", "-sha256", "-subj", "/CN=loopback edge authority"],
    ...["-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign"],
    ...["-keyout", at("ca.key"), "-out", at("ca.crt")],
  ]);
  await run("openssl", [
    ...["req", ...newKey, "-subj", "/CN=localhost", "-keyout", at("leaf.key"), "-out", at("leaf.csr")],
  ]);
  await run("openssl", [
    ...["x509", "-req", "-in", at("leaf.csr"), "-CA", at("ca.crt"), "-CAkey", at("ca.key"), "-CAcreateserial"],
    ...["-days", "2", "-sha256", "-extfile", at("leaf.cnf"), "-out", at("leaf.crt")],
  ]);
  return {
    caFile: at("ca.crt"),
    key: await readFile(at("leaf.key"), "utf8"),
    cert: await readFile(at("leaf.crt"), "utf8"),
  };
}
