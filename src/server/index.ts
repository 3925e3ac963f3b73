/** The server as part of another program: `import { readSettings, serve } from "locallab/server"`. */
export { type ErrorCode, LabError } from "./errors.js";
export { type RunningServer, serve } from "./serve.js";
export { readSettings, type Settings } from "./settings/read-settings.js";
