/** Scripts of models that think, each in a form of its own: they think "Okay so" and answer "Hello there! 🦙". */
import type { Script } from "./scripted-model.js";

/** Turns between marks of their own; `opening` is what stands in front of whatever the model says. */
const turns = (mark: string, opening: string, remark = ""): string =>
  `{% for m in messages %}{{ '${mark}' + (m['role'] + ':' if m['role'] != 'assistant' else '${opening}') + m['content']` +
  ` + '<|im_end|>' }}{% endfor %}{% if add_generation_prompt %}{{ '${mark}${opening}' }}{% endif %}{# ${remark} #}`;

const answer = ["Hello", " there", "!", " ", ...Buffer.from("🦙")] as const;

export const expectedThought = "Okay so";
export const expectedAnswer = "Hello there! 🦙";

export interface ThinkingScript extends Script {
  readonly name: string;
  /** What `reasoning: "inline"` gives. */
  readonly inline: string;
}

const mark = "<|turn|>";

export const thinkingScripts: readonly ThinkingScript[] = [
  {
    name: "tags-that-are-tokens",
    says: ["<think>", "\n", "Okay", " so", "\n ", "</think>", "\n\n", ...answer],
    template: turns(mark, "bot;", "</think>"),
    control: [mark],
    userDefined: ["<think>", "</think>"],
    inline: "<think>\nOkay so\n </think>\n\nHello there! 🦙",
  },
  {
    name: "tags-that-are-text",
    says: ["<th", "ink>", "\nOk", "ay", " so", "\n<", "/t", "hink", ">", "\n", ...answer],
    template: turns(mark, "bot;", "</think>"),
    control: [mark],
    inline: "<think>\nOkay so\n</think>\nHello there! 🦙",
  },
  {
    name: "opened-by-the-prompt",
    says: ["Okay", " so", "</think>", "\n\n", ...answer],
    template: turns(mark, "bot;<think>", "</think>"),
    control: [mark],
    userDefined: ["<think>", "</think>"],
    inline: "Okay so</think>\n\nHello there! 🦙",
  },
  {
    name: "hidden-tags",
    says: ["[THINK]", "Okay", " so", "[/THINK]", ...answer],
    template: turns(mark, "bot;"),
    control: [mark, "[THINK]", "[/THINK]"],
    inline: "[THINK]Okay so[/THINK]Hello there! 🦙",
  },
  {
    name: "wrapped",
    says: [
      "<|START_THINKING|>",
      "Okay",
      " so",
      "<|END_THINKING|>",
      "<|START_RESPONSE|>",
      ...answer,
      "<|END_RESPONSE|>",
    ],
    template: turns(mark, "bot;"),
    control: [mark, "<|START_THINKING|>", "<|END_THINKING|>", "<|START_RESPONSE|>", "<|END_RESPONSE|>"],
    inline: "<|START_THINKING|>Okay so<|END_THINKING|><|START_RESPONSE|>Hello there! 🦙<|END_RESPONSE|>",
  },
  {
    // gpt-oss: the file names <|return|> only, and the library takes <|end|> for the end of a turn
    name: "channels",
    says: [
      // what follows a token is always the same here, so the first header is one word
      ...["<|channel|>analysis<|message|>", "Okay", " so", "<|end|>", "<|start|>", "assistant"],
      ...["<|channel|>", "final", "<|message|>", ...answer],
    ],
    template: turns("<|start|>", "bot;", "<|channel|> <|message|>"),
    control: ["<|start|>", "<|channel|>", "<|message|>", "<|end|>", "<|call|>"],
    end: "<|return|>",
    namesTurnEnd: false,
    inline: "<|channel|>analysis<|message|>Okay so<|end|><|start|>assistant<|channel|>final<|message|>Hello there! 🦙",
  },
  {
    name: "sentences",
    says: ["Here is my", " thought process:", "\nOkay", " so", "\nHere ", "is my response", ":", "\n", ...answer],
    template: turns(mark, "bot;", "Here is my thought process: Here is my response:"),
    control: [mark],
    inline: "Here is my thought process:\nOkay so\nHere is my response:\nHello there! 🦙",
  },
];
