/**
 * What can go wrong between the agent and ngrok: whether trying again helps, and what to do.
 *
 * Source of the codes: https://ngrok.com/docs/errors/reference
 */

/**
 * "never": the same answer would come again. "always": the network or ngrok's side will heal.
 * "healing": tried again by a tunnel that was online; one that is being opened refuses its request with it.
 * "minute": usually our own former session that ngrok has not noticed to be dead yet; beyond a minute it is not.
 */
export type Retry = "never" | "minute" | "always" | "healing";

export interface Refusal {
  readonly retry: Retry;
  /** What is wrong and what to do. */
  readonly advice: string;
}

const never = (advice: string): Refusal => ({ retry: "never", advice });
const minute = (advice: string): Refusal => ({ retry: "minute", advice });
const always = (advice: string): Refusal => ({ retry: "always", advice });
const healing = (advice: string): Refusal => ({ retry: "healing", advice });

const tokenPage = "https://dashboard.ngrok.com/get-started/your-authtoken";
const domainPage = "https://dashboard.ngrok.com/domains";
const billingPage = "https://dashboard.ngrok.com/billing/subscription";
const usagePage = "https://dashboard.ngrok.com/usage";

const ownDomain = `Leave \`domain\` out to get the account's own, or name one that is listed at ${domainPage}.`;
const verifyMail =
  "ngrok wants the account's e-mail address verified first: https://dashboard.ngrok.com/user/settings.";
const quota = (what: string): Refusal =>
  never(
    `The ngrok account has used up its ${what} of this month. See ${usagePage}; a larger plan is at ${billingPage}.`,
  );

const refusals: Readonly<Record<string, Refusal>> = {
  ERR_NGROK_100: never("ngrok says the metadata is too long. Shorten `metadata`."),
  ERR_NGROK_102: never(
    "ngrok suspended the account because a payment did not go through. Update it at https://dashboard.ngrok.com/billing/payment-method.",
  ),
  ERR_NGROK_103: never("ngrok suspended the account. Write to support@ngrok.com."),
  ERR_NGROK_105: never(`This does not look like an ngrok authtoken. Copy the one at ${tokenPage}.`),
  ERR_NGROK_107: never(`ngrok does not know this authtoken; it may have been reset. Copy the one at ${tokenPage}.`),
  ERR_NGROK_108: minute(
    "The ngrok account has as many agents online as its plan allows. Stop one at https://dashboard.ngrok.com/agents.",
  ),
  ERR_NGROK_115: never(
    "The account's IP restrictions shut this machine out. See https://dashboard.ngrok.com/security/ip-restrictions.",
  ),
  ERR_NGROK_120: never("ngrok no longer serves this version of its agent. Update LocalLab."),
  ERR_NGROK_121: never("ngrok no longer serves this version of its agent. Update LocalLab."),
  ERR_NGROK_123: never(verifyMail),
  ERR_NGROK_300: never(`This authtoken was revoked. Copy the current one at ${tokenPage}.`),
  ERR_NGROK_313: never(`The account's plan does not include a domain of one's choice. ${ownDomain}`),
  ERR_NGROK_314: never(`The account's plan does not include a domain of one's own. ${ownDomain}`),
  ERR_NGROK_319: never(`The domain is not reserved. Reserve it at ${domainPage}, or leave \`domain\` out.`),
  ERR_NGROK_320: never(`The domain belongs to another ngrok account. ${ownDomain}`),
  ERR_NGROK_326: never(`The domain has a character that ngrok does not allow. ${ownDomain}`),
  ERR_NGROK_334: minute(
    "The address is already online from elsewhere. Stop the other one at https://dashboard.ngrok.com/endpoints, or publish under another domain.",
  ),
  ERR_NGROK_354: never(`ngrok wants this domain reserved first. ${ownDomain}`),
  ERR_NGROK_362: never("ngrok does not take one of `allowCidrs` and `denyCidrs`."),
  ERR_NGROK_382: never(verifyMail),
  ERR_NGROK_725: quota("bandwidth"),
  ERR_NGROK_726: quota("connections"),
  ERR_NGROK_727: quota("HTTP requests"),
  ERR_NGROK_3208: never("ngrok banned the account for breach of its terms. Write to support@ngrok.com."),
  ERR_NGROK_4018: never(`ngrok got no authtoken. Copy the one at ${tokenPage} and set NGROK_AUTHTOKEN.`),
  ERR_NGROK_9040: never("ngrok does not take agents from this machine's IP address. Publish from another network."),

  unreachable: always(
    "ngrok cannot be reached. Check the internet connection and that port 443 is open; ngrok's agent uses no proxy.",
  ),
  tls_refused: always(
    "What answers is not ngrok: its certificate is not trusted. A proxy that opens TLS does that; set `caFile` to its certificate.",
  ),
  connect_timeout: always(
    "ngrok takes connections but says nothing. A firewall may hold them back; see https://status.ngrok.com.",
  ),
  bad_server_address: never("`serverAddr` is not an address that ngrok's agent takes. It must be host:port."),
  connection_lost: always("The connection to ngrok broke."),
  heartbeat_lost: always("The connection to ngrok went silent."),
  agent_died: always("The tunnel process died."),
  agent_hung: always("The tunnel process did not answer. It was ended and is started again."),
  agent_not_started: healing(
    "The tunnel process could not be started. The machine may have no memory, processes or open files left; end something and publish again.",
  ),
  listener_gone: always("The socket that the tunnel leads to was removed. The lab listens at a new one."),
  address_silent: always("The public address did not lead to the lab. The tunnel is opened anew."),
  agent_missing: never(
    "ngrok's agent has no program for this machine, or it was not installed. Run npm install without --omit=optional.",
  ),
  stopped: never("The tunnel was stopped from ngrok's side. Publish again when that was not meant to last."),
  restarted: always("ngrok asked the tunnel to restart."),
};

/** Domain refusals: the same tunnel may still come up when ngrok is left to choose. */
const domainRefusals = new Set(["ERR_NGROK_313", "ERR_NGROK_314", "ERR_NGROK_319", "ERR_NGROK_320", "ERR_NGROK_354"]);

/** Whether `code` only says that this domain cannot be had. */
export const isDomainRefusal = (code: string): boolean => domainRefusals.has(code);

const codeOfText: readonly (readonly [RegExp, string])[] = [
  [/failed to establish tcp connection/, "unreachable"],
  [/tls handshake error/, "tls_refused"],
  [/invalid server address/, "bad_server_address"],
];

/** The code for a message of the agent that came without one; "unknown" if none fits. */
export function codeFromText(text: string): string {
  const stated = /ERR_NGROK_\d+/.exec(text)?.[0];
  return stated ?? codeOfText.find(([pattern]) => pattern.test(text))?.[1] ?? "unknown";
}

/** What to make of `code`. An unknown code is tried again for a minute. */
export function refusalFor(code: string): Refusal {
  return (
    refusals[code] ??
    minute(`ngrok refused. See https://ngrok.com/docs/errors${code === "unknown" ? "" : `/${code.toLowerCase()}`}.`)
  );
}
