/** Refusals in the shape of ngrok's own: sentences, then the code alone on the last line. 105 and 107 echo the token. */

const refusal = (code: number, ...lines: string[]): string => `${lines.join("\n")}\n\nERR_NGROK_${code}\r\n`;

export const refusalTexts = {
  malformedToken: (token: string): string =>
    refusal(
      105,
      "The authtoken you specified does not look like a proper ngrok authtoken.",
      `Your authtoken: ${token}`,
    ),
  unknownToken: (token: string): string =>
    refusal(107, "The authtoken you specified is properly formed, but it is invalid.", `Your authtoken: ${token}`),
  tooManyAgents: (most: number): string =>
    refusal(108, `Your account is limited to ${most} simultaneous ngrok agent sessions.`),
  noToken: (): string => refusal(4018, "Usage of ngrok requires a verified account and authtoken."),
  alreadyOnline: (url: string): string => refusal(334, `The endpoint '${url}' is already online.`),
  domainOfAnother: (domain: string): string =>
    refusal(320, `This domain is reserved for another account. Failed to bind the domain ${domain}.`),
};
