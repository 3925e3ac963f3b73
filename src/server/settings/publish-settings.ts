/** The settings that concern the public address. */
import { existingFile, oneOf, parseDuration, parseOrigin, text } from "./parsers.js";
import type { SettingSpec } from "./setting.js";

export interface PublishSettings {
  /** "on": the server publishes itself once its model is loaded. */
  readonly publish: "on" | "off";
  /** undefined: ngrok's choice. */
  readonly domain: string | undefined;
  readonly publishExpiresSeconds: number;
  /** Origins of web pages that may call the published lab. */
  readonly publishOrigins: readonly string[];
  readonly ngrokAuthtoken: string | undefined;
  /** "host:port" of another ingress than ngrok's own. */
  readonly ngrokServerAddr: string | undefined;
  /** Certificates (PEM) that ingress is checked against. */
  readonly ngrokCaFile: string | undefined;
}

/** Seconds a publication may last: 30 days. */
export const longestPublication = 2_592_000;

export const publishSettingSpecs: {
  readonly [Name in keyof PublishSettings]: SettingSpec<PublishSettings[Name]>;
} = {
  publish: {
    flag: "publish",
    variable: "LOCALLAB_PUBLISH",
    description: "on: gives the lab a public address through ngrok once its model is loaded. --publish alone means on.",
    defaultText: "off",
    parse: oneOf("on", "off"),
    fallback: () => "off",
  },
  domain: {
    flag: "domain",
    variable: "LOCALLAB_DOMAIN",
    description: 'The domain to publish under, such as "lab.ngrok-free.app".',
    defaultText: "ngrok's choice, on the free plan always the same",
    parse: text(/^[A-Za-z0-9.-]{1,253}$/, 'a name such as "lab.ngrok-free.app", without https:// and path'),
    fallback: () => undefined,
  },
  publishExpiresSeconds: {
    flag: "publish-expires",
    variable: "LOCALLAB_PUBLISH_EXPIRES",
    description: "How long the lab stays published, 1 s to 30 days.",
    defaultText: "8h",
    parse: parseDuration(1, longestPublication),
    fallback: () => 28_800,
  },
  publishOrigins: {
    flag: "publish-origins",
    variable: "LOCALLAB_PUBLISH_ORIGINS",
    description: "Origins of web pages that may call the published lab, separated by commas.",
    defaultText: "none",
    parse: (value, name) =>
      value
        .split(",")
        .map((origin) => origin.trim())
        .filter((origin) => origin !== "")
        .map((origin) => parseOrigin(origin, name)),
    fallback: () => [],
  },
  ngrokAuthtoken: {
    variable: "NGROK_AUTHTOKEN",
    description: "The ngrok authtoken. Never a flag.",
    defaultText: "the one in ngrok's own configuration, or the one that `locallab token` stored",
    parse: (value) => value,
    fallback: () => undefined,
  },
  ngrokServerAddr: {
    flag: "ngrok-server-addr",
    variable: "LOCALLAB_NGROK_SERVER_ADDR",
    description: '"host:port" of another ingress than ngrok\'s own.',
    defaultText: "ngrok's own",
    parse: text(/^[A-Za-z0-9._-]{1,253}:\d{1,5}$/, 'host:port, such as "connect.example.com:443"'),
    fallback: () => undefined,
  },
  ngrokCaFile: {
    flag: "ngrok-ca-file",
    variable: "LOCALLAB_NGROK_CA_FILE",
    description: "Certificates (PEM) that ingress is checked against.",
    defaultText: "ngrok's own",
    parse: existingFile,
    fallback: () => undefined,
  },
};
