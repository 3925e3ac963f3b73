/** `locallab passes`: keys for other people. */
import type { PassScope } from "../../server/wire/passes.js";
import { oneLine } from "../client/clean-text.js";
import { LabRequestError } from "../client/request-error.js";
import type { WireOption } from "../client/wire-options.js";
import { dotted } from "../displays/parts.js";
import { shortMomentText } from "../displays/units.js";
import { ConnectedPasses, type CreatedPass, type LabPasses, type Pass, type PassOptions } from "../publish/passes.js";
import { type CommandLine, type CommandSpec, type FlagWords, refusal, wholeNumber } from "./command-line.js";
import { nameFlag, withLab } from "./meant-lab.js";
import { jsonFlag } from "./model-actions.js";
import { exitCodes, performCommand } from "./perform-command.js";
import { inWordsOfFlags, listOf } from "./refused-flags.js";
import { terminal } from "./terminal.js";
import { terminalTable } from "./terminal-table.js";

const createFlags: Readonly<Record<string, FlagWords>> = {
  expires: ["TIME", 'How long it is good for: "90s", "8h", "7d", "never". Default: 24h.'],
  "max-tokens": ["NUMBER", "Tokens it may use in all, read and made together. Default: no limit."],
  "max-requests": ["NUMBER", "Requests it may send in all. Default: no limit."],
  models: ["IDS", 'Models it may use, "a,b"; "*" is every one. Default: those published, else the one loaded now.'],
  scopes: ["WORDS", "infer, manage, owner, separated by commas. Default: infer."],
};

const spec: CommandSpec = {
  name: "passes",
  usage: ["passes [flags]", "passes create WHO [flags]", "passes revoke ID|WHO [flags]"],
  about: [
    "Lists the passes of a lab, makes one for a person and shows its key this one time, or ends one.",
    "They live as long as the lab does.",
    "Exit code: 0 when it is done, 1 when it was refused, 3 when no such lab runs.",
  ],
  flags: { name: nameFlag, ...createFlags, json: jsonFlag },
  mostWords: 2,
};

/** How a refusal names what was asked for; see `inWordsOf`. */
const refusedAs: Readonly<Record<string, WireOption>> = {
  "--expires": { field: "expiresIn", wants: "" },
  "--max-tokens": { field: "maxTokens", wants: "" },
  "--max-requests": { field: "maxRequests", wants: "" },
  "--models": { field: "models", wants: "" },
  "--scopes": { field: "scopes", wants: "" },
  WHO: { field: "name", wants: "" },
};

type Action = (passes: LabPasses) => Promise<void>;

export function passesCommand(args: string[]): Promise<number> {
  return performCommand(spec, args, async (line) => {
    const action = actionOf(line);
    await withLab(line, (connection) => action(new ConnectedPasses(connection)));
    return exitCodes.good;
  });
}

/** What the words ask for; checked before the lab is asked anything. */
function actionOf(line: CommandLine): Action {
  const [word = "list", who] = line.words;
  const flag = Object.keys(createFlags).find((name) => line.flag(name) !== undefined);
  if (word !== "create" && flag !== undefined) throw refusal(spec, `--${flag} goes with "passes create" only.`);
  const isJson = line.has("json");
  if (word === "list" && who === undefined) return async (passes) => print(await passes.list(), isJson, listText);
  if (word === "list") throw refusal(spec, `"${who}" is one word too many.`);
  if (word === "create" && who !== undefined) {
    const options = passOptions(line, who);
    return async (passes) => print(await inWordsOfFlags(refusedAs, passes.create(options)), isJson, createdText);
  }
  if (word === "create") throw refusal(spec, '"passes create" wants the name of who it is for.');
  if (word !== "revoke") throw refusal(spec, `"passes" does not know the word "${word}".`);
  if (who === undefined) throw refusal(spec, '"passes revoke" wants the id of a pass, or whose it is.');
  return async (passes) => print(await passes.revoke(await idOf(passes, who)), isJson, revokedText);
}

function passOptions(line: CommandLine, name: string): PassOptions {
  const maxTokens = wholeNumber(spec, line, "max-tokens", [1, 1e12]);
  const maxRequests = wholeNumber(spec, line, "max-requests", [1, 1e9]);
  const [expiresIn, models, scopes] = [line.flag("expires"), line.flag("models"), line.flag("scopes")];
  return {
    name,
    ...(expiresIn !== undefined && { expiresIn }),
    ...(maxTokens !== undefined && { maxTokens }),
    ...(maxRequests !== undefined && { maxRequests }),
    ...(models !== undefined && { models: listOf(models) }),
    // which words there are is the server's affair
    ...(scopes !== undefined && { scopes: listOf(scopes) as PassScope[] }),
  };
}

/** Its id, also where somebody's name was written who has one pass that is good. */
async function idOf(passes: LabPasses, who: string): Promise<string> {
  const all = await passes.list();
  const named = all.filter(({ id, name, state }) => id === who || (name === who && state === "active"));
  const [only] = named;
  if (only === undefined) {
    const ids = all.filter(({ state }) => state === "active").map(({ id, name }) => `${id} (${oneLine(name, 64)})`);
    const there = ids.length === 0 ? "There are none." : `There are: ${ids.join(", ")}.`;
    throw new LabRequestError("pass_not_found", `No pass is called "${who}". ${there}`);
  }
  if (named.length === 1) return only.id;
  throw new LabRequestError(
    "pass_not_found",
    `${named.length} passes are called "${who}": ${named.map(({ id }) => id).join(", ")}. Name one by its id.`,
  );
}

function print<Value extends object>(value: Value, isJson: boolean, textOf: (value: Value) => string): void {
  const shown = "key" in value ? { ...value, key: (value as unknown as CreatedPass).key.reveal() } : value;
  console.log(isJson ? JSON.stringify(shown, null, 2) : textOf(value));
}

const head = ["Who", "State", "Until", "Tokens", "Requests", "May", "Id"];

/** The passes as a table. */
export const listText = (passes: readonly Pass[]): string =>
  passes.length === 0
    ? "No passes yet. locallab passes create WHO makes one."
    : terminalTable(head, passes.map(cells), terminal(process.stdout).columns);

const cells = (pass: Pass): string[] => [
  pass.name,
  pass.state,
  pass.expires_at === null ? "never ends" : shortMomentText(pass.expires_at),
  ofMost(pass.tokens, pass.max_tokens),
  ofMost(pass.requests, pass.max_requests),
  mayText(pass),
  pass.id,
];

const ofMost = (used: number, most: number | null): string => (most === null ? String(used) : `${used} of ${most}`);
const mayText = ({ scopes, models }: Pass): string =>
  models === null ? scopes.join(", ") : `${scopes.join(", ")}: ${models.join(", ")}`;

const createdText = (pass: CreatedPass): string =>
  [
    `Pass for ${oneLine(pass.name, 64)}: ${dotted(
      pass.expires_at === null ? "without an end" : `until ${shortMomentText(pass.expires_at)}`,
      oneLine(mayText(pass), 300),
      pass.max_tokens !== null && `${pass.max_tokens} tokens`,
      pass.max_requests !== null && `${pass.max_requests} requests`,
    )}`,
    `Its key, shown this one time: ${pass.key.reveal()}`,
    `locallab passes revoke ${pass.id} ends it.`,
  ].join("\n");

const revokedText = (pass: Pass): string => `The pass of ${oneLine(pass.name, 64)} is revoked.`;
