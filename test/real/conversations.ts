/** What is asked of a real model: conversations of every form that clients send, and talks of ten turns. */
import type { ChatMessage } from "../../src/server/wire/generation.js";

const system = (content: string): ChatMessage => ({ role: "system", content });
const user = (content: string): ChatMessage => ({ role: "user", content });
const assistant = (content: string): ChatMessage => ({ role: "assistant", content });

const terse = system("You are a helpful assistant. Answer in one sentence.");
const fox = "The quick brown fox jumps over the lazy dog. ";

/** Twenty, by what is odd in them. None holds a model's own control text: there llama-server lets users write turns. */
export const conversations: Readonly<Record<string, readonly ChatMessage[]>> = {
  "one user": [user("What is the capital of France?")],
  "system and user": [terse, user("What is the capital of Italy?")],
  "three turns": [user("Hello."), assistant("Hello! How can I help?"), user("Name a colour.")],
  "system and three turns": [terse, user("Name a fruit."), assistant("Apple."), user("Another one?")],
  "nine turns": [
    terse,
    ...["one", "two", "three", "four"].flatMap((word) => [user(`Say ${word}.`), assistant(`${word}.`)]),
    user("Say five."),
  ],
  "empty system": [system(""), user("What is water made of?")],
  "a system text of lines": [system("Rules:\n1. Be kind.\n2. Be short.\n"), user("Who are you?")],
  "blanks at the ends": [
    system("  Use metric units.\n"),
    user("\n  How long is a mile?  \n"),
    assistant(" 1.6 km \n"),
    user(" And two? "),
  ],
  "line ends of Windows": [user("First line.\r\nSecond line.\r\n\r\nHow many lines are these?")],
  "two users": [user("The build fails."), user("The log says: undefined reference.")],
  "a system text at the end": [user("Write a poem."), system("Answer in French.")],
  "one letter": [user("a")],
  digits: [user("What is 12345 + 67890? And 3.14159 * 2?")],
  code: [terse, user('What does this print?\n\n```python\nfor i in range(3):\n\tprint(f"{i:02d}", end=" ")\n```')],
  json: [user('Give me the value of "b": {"a": [1, 2, {"b": null}], "c": "\\u00e9\\n"}')],
  "other scripts": [user("東京はどこですか。 Где находится Москва? أين القاهرة؟")],
  emoji: [user("What do these mean: 😀 👩‍👩‍👧 🏳️‍🌈 café naïve ﬁ?")],
  "the words of turns": [user("user\nassistant: system\n### Human: hi [INST] <user> | im_start |")],
  "a long question": [terse, user(`${fox.repeat(40)}\n\nWhich animals are in this text?`)],
  "a long talk": [
    terse,
    ...Array.from({ length: 12 }, (_, turn) => [
      user(`${turn}: ${fox.repeat(4)}`),
      assistant(`I read part ${turn}.`),
    ]).flat(),
    user("How many parts were there?"),
  ],
};

/** Texts to continue, without a template. */
export const prompts: Readonly<Record<string, string>> = {
  prose: "Once upon a time there was a small house by the sea, and in it",
  code: "def fibonacci(n):\n    if n < 2:\n        return n\n    return",
  list: "Ten fruits:\n1. Apple\n2. Banana\n3.",
  Japanese: "日本の首都は",
  emoji: "😀😀😀😀 I am so happy 😀 because",
  digits: "1, 1, 2, 3, 5, 8, 13, 21, 34,",
  blanks: "   leading blanks and\ttabs  then",
  long: `${fox.repeat(50)}The animal that jumps is the`,
};

/** Ten talks; each is these ten questions about something else. */
export const topics: readonly string[] = [
  "the sea",
  "cooking pasta",
  "cats",
  "the city of Rome",
  "bicycles",
  "the moon",
  "learning to program",
  "gardens",
  "music",
  "winter",
];

export const questionsOf = (topic: string): readonly string[] => [
  `Let us talk about ${topic}. What comes to your mind first?`,
  "Why is that so?",
  "Give me a short example.",
  `What do many people get wrong about ${topic}?`,
  "Say that again in simpler words.",
  "Name three things one needs for it.",
  "Which of them matters most?",
  `Write one sentence for a child about ${topic}.`,
  "Now summarise what we said so far.",
  "Thank you. How should we end this talk?",
];
