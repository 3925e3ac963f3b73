/** The commands beside `serve`: clients of a lab that runs, like a cell. */

/** What `locallab --help` says of each. */
export const cliCommands = {
  status: "Shows the labs that run on this machine.",
  stop: "Stops a lab and says what was released.",
  models: "Lists the models of a lab, loads or unloads one.",
  chat: "Talks with a lab's model; starts a lab if none runs.",
  token: "Asks for the ngrok authtoken, without showing it, and stores it.",
  doctor: "Looks for what keeps LocalLab from running well here.",
} as const;
