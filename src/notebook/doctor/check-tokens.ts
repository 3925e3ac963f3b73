/** Whether tokens of other services are there. Only that: no part of one leaves this file. */
import { readFileSync, statSync } from "node:fs";
import { homedir, platform } from "node:os";
import { join } from "node:path";
import { authtokenInNgrokConfig, ngrokConfigPaths } from "../../server/state/ngrok-config.js";
import type { DoctorInput } from "./doctor-input.js";
import { type Finding, finding } from "./finding.js";

/** ngrok's authtoken, which publishing needs: in the environment, ngrok's configuration, or this project's own file. */
export function checkAuthtoken({ env }: Pick<DoctorInput, "env">): Finding {
  const fix = "export NGROK_AUTHTOKEN=…";
  const config = env.XDG_CONFIG_HOME || join(homeOf(env), ".config");
  const support = join(homeOf(env), "Library", "Application Support");
  const own = join(platform() === "darwin" && !env.XDG_CONFIG_HOME ? support : config, "locallab", "ngrok-authtoken");
  if (isSet(env.NGROK_AUTHTOKEN)) return finding("ngrok token", "good", "yes", "Publishing can use it.");
  // the first file that says anything is the one that publishing reads
  const paths = ngrokConfigPaths({ env, home: homeOf(env) });
  const seen = paths.map(lookInto).find((one) => one !== undefined);
  if (seen === "unreadable") {
    const fix = "ngrok config check";
    return finding("ngrok token", "warning", "in a file that cannot be understood", "Publishing refuses it.", fix);
  }
  if (seen === "there") return finding("ngrok token", "good", "yes", "Publishing can use it.");
  if (!isSet(textOf(own))) return finding("ngrok token", "absent", "no", "Only publishing needs one.", fix);
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
export function checkHubToken({ env }: Pick<DoctorInput, "env">): Finding {
  const home = env.HF_HOME || join(env.XDG_CACHE_HOME || join(homeOf(env), ".cache"), "huggingface");
  return isSet(env.HF_TOKEN) || isSet(textOf(env.HF_TOKEN_PATH || join(home, "token")))
    ? finding("HF token", "good", "yes", "Downloads can use it.")
    : finding("HF token", "absent", "no", "Only models behind a licence need one.", "export HF_TOKEN=…");
}

/** Whether publishing finds an authtoken in this file of ngrok's; undefined when it goes on to the next one. */
function lookInto(file: string): "there" | "unreadable" | undefined {
  try {
    return isSet(authtokenInNgrokConfig(textOf(file))) ? "there" : undefined;
  } catch {
    return "unreadable";
  }
}

const homeOf = (env: DoctorInput["env"]): string => env.HOME || homedir();

const isSet = (text: string | undefined): boolean => text !== undefined && text.trim() !== "";

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
