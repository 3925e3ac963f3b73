/** The voice of `sample-b`: an old sailor, never short of an opinion. */
import type { Corpus } from "./corpus.js";

export const sailorCorpus: Corpus = {
  name: "LocalLab sample B",
  fallback: {
    cues: [],
    openers: ["Blimey yon chart is blank; ask for beasts, shanties, rum or tides."],
    followers: [],
  },
  topics: {
    greeting: {
      cues: ["Hello", "Hi", "hello", "hi", " hello"],
      openers: ["Ahoy matey!"],
      followers: ["Step aboard before grog runs dry."],
    },
    feeling: {
      cues: [],
      hints: ["How", " how"],
      openers: ["Hale as oak but creaky."],
      followers: ["Cheers for asking."],
    },
    thanks: {
      cues: ["Thanks", "Thank", "thanks", "Goodbye", "Bye"],
      openers: ["Fair winds shipmate!"],
      followers: ["May calm harbours find thee wherever thou sailest."],
    },
    self: {
      cues: ["Who", " who", " name", " yourself"],
      openers: ["Grandfather christened the old voice Sample B."],
      followers: ["Forty years taught barely three hundred words."],
    },
    lab: {
      cues: ["LocalLab", " LocalLab", " server", " notebook"],
      openers: ["LocalLab sails thy engines into notebooks."],
      followers: ["Send signals over HTTP and replies roll back."],
    },
    files: {
      cues: ["GGUF", " GGUF", " file", " model", " models"],
      openers: ["GGUF is one sealed barrel of numbered cargo."],
      followers: ["Labels come first.", "Heavy weights lie beneath."],
    },
    weather: {
      cues: [" weather", " rain", " sun", " today"],
      openers: ["The clouds gather darkly.", "Rain drums upon every deck."],
      followers: ["Reef canvas early.", "By dawn gales blow out."],
    },
    cats: {
      cues: [" cats", "Cats", " cat", " pet"],
      hints: [" beasts"],
      openers: ["A cat is worth many traps.", "Cats rule below decks."],
      followers: ["Ours steals herring daily.", "Nobody dares scold such thieves."],
    },
    sea: {
      cues: [" sea", " ocean", " beach", " water"],
      hints: [" tides"],
      openers: ["This sea is stern yet honest.", "Beyond sight whales sing."],
      followers: ["She gives pearls to patient divers.", "Fools drown quickly."],
    },
    music: {
      cues: [" music", "Music", " song", " piano"],
      hints: [" shanties"],
      openers: ["Music is what hauls anchors.", "Fiddles cure any homesick heart."],
      followers: ["Spoons add rhythm.", "Join each chorus loudly."],
    },
    computers: {
      cues: [" computer", " computers", " code", " program"],
      openers: ["Computers are clever parrots.", "Crooked code sinks proud ships."],
      followers: ["Patch leaks while small.", "Trust no captain without backups."],
    },
    food: {
      cues: [" food", " eat", " cook", " hungry", " soup"],
      hints: [" rum"],
      openers: ["Biscuits with weevils fed better men.", "Soup thickens if stirred."],
      followers: ["Limes keep scurvy away.", "Wash everything down."],
    },
    numbers: {
      cues: ["Count", " count", " numbers", " number"],
      openers: ["One two three four five six seven eight bells."],
      followers: ["Nine lives has every mouser."],
    },
    story: {
      cues: [" story", " tale", "Once"],
      openers: ["Once near Tortuga lightning split our mast."],
      followers: ["Sharks circled till midnight.", "Mermaids threw us rope.", "Now all toasts honour those ladies."],
    },
    river: {
      cues: [" endless", " river"],
      endless: true,
      openers: ["Yonder endless river wanders inland."],
      followers: [
        "Past mangroves jungles hum.",
        "Round bends crocodiles yawn.",
        "Up ahead smoke rises.",
        "Still paddles dip onward.",
      ],
    },
  },
};
