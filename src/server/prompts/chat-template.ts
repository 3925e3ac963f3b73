import { messageOf } from "../async/message-of.js";
import { compile, type Node, toValue } from "./jinja.js";
import { PythonInterpreter } from "./python-interpreter.js";
import { TemplateRefusal, templateScope } from "./template-globals.js";
import { withinTime } from "./within-time.js";

/** Values by the names that a template reads. */
export type Variables = Readonly<Record<string, unknown>>;

/** A template that cannot be read or does not work; the message says why, as a part of a sentence. */
export class TemplateFailure extends Error {
  override readonly name = "TemplateFailure";
}

/** Milliseconds a template may take. Real ones take up to 14, the first time included; a busy machine has room. */
const longestMs = 300;

/** UTF-16 units a prompt may have: more than any context holds. */
const longestText = 4 * 2 ** 20;

/** A chat template as its file has it. Renders in JavaScript, for so long and to so much text only. */
export class ChatTemplate {
  readonly #program: Node;
  readonly #now: () => Date;

  /** Throws `TemplateFailure` for a text that is no template. `now` is the clock that templates read. */
  constructor(source: string, now: () => Date = () => new Date()) {
    this.#program = guarded(() => compile(source));
    this.#now = now;
  }

  /**
   * The text that it makes of the variables. Throws `TemplateRefusal` with the words of the template where it calls
   * `raise_exception`, else `TemplateFailure`.
   */
  render(variables: Variables): string {
    const text = guarded(() => {
      const scope = templateScope(this.#now);
      for (const [name, value] of Object.entries(variables)) {
        if (value !== undefined) scope.setVariable(name, toValue(value));
      }
      return String(new PythonInterpreter(scope).run(this.#program).value);
    });
    if (text.length > longestText) throw new TemplateFailure(`it makes ${text.length} characters of text`);
    return text;
  }
}

function guarded<Value>(work: () => Value): Value {
  try {
    return withinTime(longestMs, work);
  } catch (error) {
    if (error instanceof TemplateRefusal) throw error;
    throw new TemplateFailure(messageOf(error));
  }
}
