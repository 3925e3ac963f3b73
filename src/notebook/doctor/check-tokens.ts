/** Whether tokens of other services are there. Only that: no part of one leaves this file. */
import { readFileSync, statSync } from "node:fs";
import { homedir, platform } from "node:os";
import { join } from "node:path";
import { type Finding, finding } from "./finding.js";
import type { Patient } from "./patient.js";

/** ngrok's authtoken, which publishing needs: in the environment, ngrok's configuration, or this project's own file. */
export function checkAuthtoken({ env }: Pick<Patient, "env">): Finding {
  const fix = "export NGROK_AUTHTOKEN=…";
  const config = env.XDG_CONFIG_HOME || join(homeOf(env), ".config");
  const support = join(homeOf(env), "Library", "Application Support");
  const own = join(platform() === "darwin" && !env.XDG_CONFIG_HOME ? support : config, "locallab", "ngrok-authtoken");
  // source: https://ngrok.com/docs/agent/config#default-locations, and where its version 2 kept it
  const ngrok = [config, support].map((folder) => join(folder, "ngrok", "ngrok.yml"));
  const isThere =
    isSet(env.NGROK_AUTHTOKEN) ||
    [...ngrok, join(homeOf(env), ".ngrok2", "ngrok.yml")].some((file) =>
      /^\s*["']?authtoken["']?\s*:\s*\S/m.test(textOf(file)),
    );
  if (isThere) return finding("ngrok token", "good", "yes", "Publishing can use it.");
  if (!isSet(textOf(own))) return finding("ngrok token", "good", "no", "Only publishing needs one.", fix);
  return (statSync(own).mode & 0o077) === 0
    ? finding("ngrok token", "good", "yes", "Publishing can use it.")
    : finding(
        "ngrok token",
        "warning",
        "yes, in a file that others may read",
        "Publishing refuses it.",
        `chmod 600 "${own}"`,
      );
}

/** Hugging Face's token, which gated downloads need. Source: huggingface_hub, `HF_TOKEN` and `HF_TOKEN_PATH`. */
export function checkHubToken({ env }: Pick<Patient, "env">): Finding {
  const home = env.HF_HOME || join(env.XDG_CACHE_HOME || join(homeOf(env), ".cache"), "huggingface");
  return isSet(env.HF_TOKEN) || isSet(textOf(env.HF_TOKEN_PATH || join(home, "token")))
    ? finding("HF token", "good", "yes", "Downloads can use it.")
    : finding("HF token", "good", "no", "Only models behind a licence need one.", "export HF_TOKEN=…");
}

const homeOf = (env: Patient["env"]): string => env.HOME || homedir();

const isSet = (text: string | undefined): boolean => text !== undefined && text.trim() !== "";

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
