/**
 * Where the ngrok authtoken comes from, and the file it is kept in. It is a password: no message holds it.
 */

import { randomBytes } from "node:crypto";
import { mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { homedir, platform } from "node:os";
import { join } from "node:path";
import { messageOf } from "../async/message-of.js";
import { LabError } from "../errors.js";
import type { Environment } from "../settings/read-settings.js";
import { authtokenInNgrokConfig, ngrokConfigPaths } from "../state/ngrok-config.js";
import { unreadable } from "./publish-errors.js";

export interface AuthtokenSources {
  /** What the caller passed. */
  readonly option?: string | undefined;
  readonly env: Environment;
  /** Folder of this project's own token file. Default: `configFolder`. */
  readonly folder?: string;
  /** The user's home. */
  readonly home?: string;
  readonly os?: NodeJS.Platform;
}

export interface FoundAuthtoken {
  readonly authtoken: string;
  /** "option", "NGROK_AUTHTOKEN" or the path of a file. */
  readonly source: string;
}

const tokenFileName = "ngrok-authtoken";

/** Bytes of a file that are looked at. */
const mostFileBytes = 256 * 1024;

/**
 * The authtoken and where it was found: the option, then NGROK_AUTHTOKEN, then ngrok's own configuration file, then
 * the file `storeAuthtoken` wrote. Undefined when there is none.
 *
 * Refuses with `invalid_request` what cannot be an authtoken, a file that cannot be read or understood, and a token
 * file that others may read.
 */
export async function findAuthtoken(sources: AuthtokenSources): Promise<FoundAuthtoken | undefined> {
  if (sources.option !== undefined) return found(sources.option, "option");
  const fromEnv = sources.env.NGROK_AUTHTOKEN;
  if (fromEnv !== undefined && fromEnv !== "") return found(fromEnv, "NGROK_AUTHTOKEN");
  for (const path of ngrokConfigPaths(sources)) {
    const text = await readIfThere(path);
    const authtoken = text === undefined ? undefined : inConfig(text, path);
    if (authtoken !== undefined) return found(authtoken, path);
  }
  const path = join(sources.folder ?? configFolder(sources), tokenFileName);
  const text = await readIfThere(path);
  if (text === undefined) return undefined;
  await checkIsPrivate(path);
  return found(text, path);
}

/** Keeps the authtoken for `findAuthtoken`, in a file that only the user may read, and gives its path. */
export async function storeAuthtoken(authtoken: string, folder: string): Promise<string> {
  const checked = checkAuthtoken(authtoken);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, tokenFileName);
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    const file = await open(draft, "wx", 0o600);
    try {
      await file.writeFile(`${checked}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
  return path;
}

/** The folder of this project's own files that outlive a restart. */
export function configFolder({ env, home = homedir(), os = platform() }: AuthtokenSources): string {
  const fallback = os === "darwin" ? join(home, "Library", "Application Support") : join(home, ".config");
  return join(env.XDG_CONFIG_HOME || fallback, "locallab");
}

/** The authtoken without blanks around it. Refuses with `invalid_request` what cannot be one, without showing it. */
export function checkAuthtoken(authtoken: string): string {
  const text = typeof authtoken === "string" ? authtoken.trim() : "";
  if (/^[\x21-\x7e]{8,512}$/.test(text)) return text;
  throw new LabError(
    "invalid_request",
    `The ngrok authtoken has ${text.length} characters or blanks in it. It must be 8 to 512 visible ASCII characters; copy it at https://dashboard.ngrok.com/get-started/your-authtoken.`,
    { param: "authtoken" },
  );
}

function found(text: string, source: string): FoundAuthtoken {
  return { authtoken: checkAuthtoken(text), source };
}

function inConfig(text: string, path: string): string | undefined {
  try {
    return authtokenInNgrokConfig(text);
  } catch (cause) {
    const advice = "Set NGROK_AUTHTOKEN instead, or run: ngrok config check.";
    const message = `${path} could not be understood: ${messageOf(cause)}. ${advice}`;
    throw new LabError("invalid_request", message, { param: "authtoken", cause });
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    const { size } = await stat(path);
    if (size > mostFileBytes) throw new Error(`it has ${size} bytes`);
    return await readFile(path, "utf8");
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    const reason = messageOf(cause);
    const message = `The authtoken file ${path} could not be read: ${reason}. Repair or remove it, or set NGROK_AUTHTOKEN.`;
    throw unreadable(cause, new LabError("invalid_request", message, { param: "authtoken", cause }));
  }
}

async function checkIsPrivate(path: string): Promise<void> {
  const { mode: bits, uid } = await stat(path);
  const own = process.getuid?.() ?? uid;
  if (uid !== own && uid !== 0) {
    const message = `${path} belongs to another user (${uid}), who may have put any authtoken there. Remove it, and store yours with: npx --no -- locallab token.`;
    throw new LabError("invalid_request", message, { param: "authtoken" });
  }
  const mode = bits & 0o777;
  if ((mode & 0o077) === 0) return;
  const message = `${path} holds an authtoken and others may read it (mode ${mode.toString(8)}). Run: chmod 600 "${path}".`;
  throw new LabError("invalid_request", message, { param: "authtoken" });
}
