/** The plain, friendly voice of `sample`. */
import type { Corpus } from "./corpus.js";

export const friendlyCorpus: Corpus = {
  name: "LocalLab sample",
  fallback: {
    cues: [],
    openers: ["My vocabulary cannot answer that; try animals, tunes, bread or waves."],
    followers: [],
  },
  topics: {
    greeting: {
      cues: ["Hello", "Hi", "hello", "hi"],
      openers: ["Hello dear friend!"],
      followers: ["What shall we discuss?"],
    },
    feeling: {
      cues: [],
      hints: ["How", " how"],
      openers: ["I feel wonderful."],
      followers: ["Talking makes mornings brighter."],
    },
    thanks: {
      cues: ["Thanks", "Thank", "thanks", "Goodbye", "Bye"],
      openers: ["You are always welcome!"],
      followers: ["Come back soon and bring questions."],
    },
    self: {
      cues: ["Who", " who", " name", " yourself"],
      openers: ["Your host is Sample and knows three hundred words."],
      followers: ["Nobody trained its odds; people chose each."],
    },
    lab: {
      cues: ["LocalLab", " LocalLab", " server", " notebook"],
      openers: ["LocalLab lets notebooks speak to engines."],
      followers: ["Requests arrive over HTTP and answers stream home."],
    },
    files: {
      cues: ["GGUF", " GGUF", " file", " model", " models"],
      openers: ["GGUF is one box for an entire network."],
      followers: ["Its header lists tokens.", "Weights fill the rest."],
    },
    weather: {
      cues: [" weather", " rain", " sun", " today"],
      openers: ["The sky hides behind clouds.", "Rain falls on green hills."],
      followers: ["Later a breeze turns mild.", "Take umbrellas outside."],
    },
    cats: {
      cues: [" cats", "Cats", " cat", " pet"],
      hints: [" animals"],
      openers: ["A cat is happiest beside sunny windows.", "Cats sleep away most afternoons."],
      followers: ["At midnight whiskers guide paws.", "Purring means contentment."],
    },
    sea: {
      cues: [" sea", " ocean", " beach", " water"],
      hints: [" waves"],
      openers: ["Every sea is restless and never stops breathing.", "Salt foam dances near the shore."],
      followers: ["Gulls cry above boats.", "Deep down silver fish drift."],
    },
    music: {
      cues: [" music", "Music", " song", " piano", " sing"],
      hints: [" tunes"],
      openers: ["Music is sound painted in colours.", "Drums begin before strings join."],
      followers: ["Simple melodies stay for years.", "Dance whenever they return."],
    },
    computers: {
      cues: [" computer", " computers", " code", " program"],
      openers: ["Computers follow exact orders.", "Clean code reads like prose."],
      followers: ["Each bug teaches its author something.", "Sometimes a restart helps."],
    },
    food: {
      cues: [" food", " eat", " cook", " hungry", " soup"],
      hints: [" bread"],
      openers: ["Fresh bread with butter pleases everyone.", "Soup tastes best warm."],
      followers: ["Add pepper.", "Apples finish any meal."],
    },
    numbers: {
      cues: ["Count", " count", " numbers", " number"],
      openers: ["One two three four five six seven eight nine ten."],
      followers: ["Twelve eggs make a dozen."],
    },
    story: {
      cues: [" story", " tale", "Once"],
      openers: ["Once upon a time, foxes ruled our forest."],
      followers: ["Their queen lost her golden key.", "An owl found it under fallen leaves.", "Now both share supper."],
    },
    river: {
      cues: [" endless", " river"],
      endless: true,
      openers: ["That endless river runs past mills."],
      followers: [
        "Then it bends around quiet villages.",
        "Children wave from old bridges.",
        "Below them currents carry light.",
        "Soon another valley opens.",
      ],
    },
  },
};
