import { Environment, type Scope } from "./jinja.js";

/** A template that says itself that it cannot be used so; the message is the template's own. */
export class TemplateRefusal extends Error {
  override readonly name = "TemplateRefusal";
}

/** Numbers a `range` may have: a template that counts further does something else than writing a prompt. */
const longestRange = 1_000_000;

/** What every template can call, as Hugging Face gives it, and the constants of Jinja. */
export function templateScope(now: () => Date): Scope {
  const scope = new Environment();
  const globals = {
    true: true,
    false: false,
    none: null,
    True: true,
    False: false,
    None: null,
    raise_exception: (message: unknown) => {
      throw new TemplateRefusal(String(message));
    },
    range,
    strftime_now: (format: unknown) => strftime(now(), String(format)),
  };
  for (const [name, value] of Object.entries(globals)) scope.set(name, value);
  return scope;
}

function range(first: number, second?: number, step = 1): number[] {
  const [from, to] = second === undefined ? [0, first] : [first, second];
  const count = Math.max(0, Math.ceil((to - from) / step));
  if (!(count <= longestRange)) throw new Error(`range() would have ${count} numbers`);
  return Array.from({ length: count }, (_, index) => from + index * step);
}

/** The moment as Python's strftime writes it in the C locale, local time. Letters it does not know stay. */
export function strftime(moment: Date, format: string): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  const named = (options: Intl.DateTimeFormatOptions): string => moment.toLocaleDateString("en-US", options);
  const parts: Readonly<Record<string, () => string>> = {
    Y: () => String(moment.getFullYear()),
    y: () => two(moment.getFullYear() % 100),
    m: () => two(moment.getMonth() + 1),
    d: () => two(moment.getDate()),
    e: () => String(moment.getDate()).padStart(2, " "),
    b: () => named({ month: "short" }),
    B: () => named({ month: "long" }),
    a: () => named({ weekday: "short" }),
    A: () => named({ weekday: "long" }),
    H: () => two(moment.getHours()),
    I: () => two(moment.getHours() % 12 || 12),
    p: () => (moment.getHours() < 12 ? "AM" : "PM"),
    M: () => two(moment.getMinutes()),
    S: () => two(moment.getSeconds()),
    "%": () => "%",
  };
  return format.replace(/%(-?)([A-Za-z%])/g, (found, bare: string, letter: string) => {
    const text = parts[letter]?.() ?? found;
    return bare === "" ? text : text.replace(/^[0 ](?=.)/, "");
  });
}
