/**
 * The settings by name, flag and variable: they stand in people's scripts.
 *
 * Proved able to fail: `flag: "queue"` for `waiting` in settings/server-settings.ts failed it.
 */
import { expect } from "chai";
import { settingSpecs } from "../../src/server/settings/server-settings.js";

const pinned = [
  "name --name LOCALLAB_NAME",
  "host --host LOCALLAB_HOST",
  "port --port LOCALLAB_PORT",
  "model --model LOCALLAB_MODEL",
  "modelsDir --models-dir LOCALLAB_MODELS_DIR",
  "context --context LOCALLAB_CONTEXT",
  "slots --slots LOCALLAB_SLOTS",
  "gpu --gpu LOCALLAB_GPU",
  "threads --threads LOCALLAB_THREADS",
  "prefillChunk --prefill-chunk LOCALLAB_PREFILL_CHUNK",
  "waiting --waiting LOCALLAB_WAITING",
  "loadTimeoutSeconds --load-timeout LOCALLAB_LOAD_TIMEOUT",
  "resident --resident LOCALLAB_RESIDENT",
  "residentMemory --resident-memory LOCALLAB_RESIDENT_MEMORY",
  "keepAlive --keep-alive LOCALLAB_KEEP_ALIVE",
  "conversationMemory --conversation-memory LOCALLAB_CONVERSATION_MEMORY",
  "alias --alias LOCALLAB_ALIAS",
  "portSearch --port-search LOCALLAB_PORT_SEARCH",
  "linger --linger LOCALLAB_LINGER",
  "rateLimit --rate-limit LOCALLAB_RATE_LIMIT",
  "apiKey - LOCALLAB_API_KEY",
  "allowedHosts --allowed-hosts LOCALLAB_ALLOWED_HOSTS",
  "publish --publish LOCALLAB_PUBLISH",
  "domain --domain LOCALLAB_DOMAIN",
  "publishExpiresSeconds --publish-expires LOCALLAB_PUBLISH_EXPIRES",
  "publishOrigins --publish-origins LOCALLAB_PUBLISH_ORIGINS",
  "ngrokAuthtoken - NGROK_AUTHTOKEN",
  "ngrokServerAddr --ngrok-server-addr LOCALLAB_NGROK_SERVER_ADDR",
  "ngrokCaFile --ngrok-ca-file LOCALLAB_NGROK_CA_FILE",
  "record --record LOCALLAB_RECORD",
  "logLevel --log-level LOCALLAB_LOG_LEVEL",
  "logFormat --log-format LOCALLAB_LOG_FORMAT",
  "logFile --log-file LOCALLAB_LOG_FILE",
  "cacheDir - LOCALLAB_CACHE_DIR",
  "runtimeDir - LOCALLAB_RUNTIME_DIR",
];

describe("the settings", () => {
  it("have these names, flags and variables", () => {
    const found = Object.entries(settingSpecs).map(
      ([name, { flag, variable }]) => `${name} ${flag === undefined ? "-" : `--${flag}`} ${variable}`,
    );
    expect(found).to.have.members(pinned);
  });
});
