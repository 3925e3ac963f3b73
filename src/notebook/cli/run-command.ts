/** `locallab run`: one question, one answer. */
import type { Answer } from "../client/answer.js";
import { cleanText, oneLine } from "../client/clean-text.js";
import { LabRequestError } from "../client/request-error.js";
import { answerFooter } from "../displays/answer-view.js";
import type { GenerateOptions } from "../lab/ask.js";
import { type CommandLine, type CommandSpec, labName, refusal } from "./command-line.js";
import { flagsOnWire, generationFlags, readGenerationFlags, waitSecondsOf } from "./generation-flags.js";
import { noModelError, type OpenedLab, openLab } from "./open-lab.js";
import { exitCodes, performCommand } from "./perform-command.js";
import { printReply, type ReplyOutput, standardOutput } from "./print-reply.js";
import { readPrompt } from "./read-prompt.js";
import { inWordsOfFlags } from "./refused-flags.js";
import { terminal } from "./terminal.js";

const spec: CommandSpec = {
  name: "run",
  usage: ["run PROMPT… [flags]", 'run "Sum this up:" < notes.txt', "run [flags] < prompt.txt"],
  about: [
    "Asks a model one thing and prints the answer as it comes. Starts a lab if none runs, which stays for its linger",
    "(2 min), so that the next question is answered at once. In a pipe only the answer goes to stdout.",
    "Exit code: 0, or 1 when there is no answer.",
  ],
  flags: {
    name: ["NAME", 'Name of the lab. Default: the one that runs, else a new one called "default".'],
    model: ["ID", "Model to ask, by its id or the path of its file. Default: the loaded one."],
    system: ["TEXT", "Instructions that stand before everything. Default: none."],
    raw: ["", "Continues the text as it stands, without the model's chat template."],
    json: ["", "Prints the whole answer as JSON once it is there: text, thoughts, tokens, times, seed."],
    url: ["URL", "Address of a lab elsewhere; its key is read from LOCALLAB_API_KEY."],
    ...generationFlags,
  },
  mostWords: Number.POSITIVE_INFINITY,
  heedsInterrupt: true,
};

const note = (sentence: string): void => console.error(cleanText(sentence));

export function runCommand(args: string[]): Promise<number> {
  return performCommand(spec, args, async (line) => {
    const interrupt = new Interrupt();
    try {
      const options = readGenerationFlags(spec, line);
      const prompt = await readPrompt(line.words, note);
      if (prompt === undefined) throw refusal(spec, 'There is no prompt: locallab run "Why is the sky blue?"');
      const opened = await openInTime(line, options);
      if (opened.model === null) throw await noModelError(opened, "Name one: --model ID.");
      const answer = await ask(opened, { prompt, line, options, interrupt });
      if (line.has("json")) console.log(JSON.stringify(answer, null, 2));
      else tellAbout(answer);
      await opened.close();
      return exitCodes.good;
    } catch (error) {
      if (interrupt.wasMeant) return exitCodes.interrupted;
      throw error;
    } finally {
      interrupt.release();
    }
  });
}

/** Ctrl-C: the first one ends what is asked, the second one the program. */
class Interrupt {
  readonly #controller = new AbortController();
  readonly #heed = (): void => {
    if (this.wasMeant || this.end === undefined) process.exit(exitCodes.interrupted);
    this.#controller.abort();
    this.end();
  };
  /** What ends the work under way; undefined before there is any. */
  end: (() => void) | undefined;

  constructor() {
    process.on("SIGINT", this.#heed);
  }

  get wasMeant(): boolean {
    return this.#controller.signal.aborted;
  }

  release(): void {
    process.off("SIGINT", this.#heed);
  }
}

/** A model that is not there in time is told as such: what was asked of it has not begun. */
async function openInTime(line: CommandLine, { max_time: most }: GenerateOptions): Promise<OpenedLab> {
  const isBounded = typeof most === "number" && most >= 0.1 && most <= 3600;
  const signal = isBounded ? AbortSignal.timeout(most * 1000) : new AbortController().signal;
  const wanted = { name: labName(line), model: line.flag("model"), url: line.flag("url"), signal };
  return openLab(wanted, note).catch((error: unknown) => {
    if (!signal.aborted) throw error;
    const sentence = `The model was not loaded within ${most} s. Give it more with --max-time, or load it first: locallab load ID.`;
    throw new LabRequestError("queue_timeout", sentence, { cause: error });
  });
}

interface Question {
  readonly prompt: string;
  readonly line: CommandLine;
  readonly options: GenerateOptions;
  readonly interrupt: Interrupt;
}

async function ask(opened: OpenedLab, { prompt, line, options, interrupt }: Question): Promise<Answer> {
  const system = line.flag("system");
  const all: GenerateOptions = {
    ...options,
    ...(system !== undefined && { system_prompt: system }),
    waitSeconds: waitSecondsOf(options),
  };
  const reply = line.has("raw") ? opened.lab.generate(prompt, all) : opened.lab.chat(prompt, all);
  interrupt.end = () => reply.cancel();
  const output = line.has("json") ? silentOutput : standardOutput();
  return inWordsOfFlags(flagsOnWire, printReply(reply, output, opened.connection, note));
}

const silentOutput: ReplyOutput = { text: () => {}, thought: () => {}, end: () => {} };

/** What a person should know of it; on a terminal also what it cost. */
function tellAbout(answer: Answer): void {
  const { dim } = terminal(process.stderr);
  if (process.stdout.isTTY === true) console.error(dim(`— ${oneLine(answerFooter(answer), 300)}`));
  else if (answer.finish_reason === "length")
    note(`! The answer was cut after ${answer.usage.completion_tokens} tokens.`);
  for (const warning of answer.warnings) note(`! ${warning}`);
}
