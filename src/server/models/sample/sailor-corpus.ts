/** The voice of `sample-b`: an old sailor, never short of an opinion. */
import type { Corpus } from "./corpus.js";

export const sailorCorpus: Corpus = {
  name: "LocalLab sample B",
  closers: [" twice", " ashore", " nightly"],
  fallback: {
    cues: [],
    sentences: [
      "Blimey charts omit that.",
      "Alas maps lack those.",
      "Sadly logbooks skip this.",
      "Nay captains forget such.",
    ],
    followers: [
      "Ask Animals or Soup.",
      "Hail Music and Weather.",
      "Seek Bread plus Numbers.",
      "Fathom Code then Waves.",
    ],
  },
  topics: {
    greeting: {
      cues: [],
      hints: ["Hello", "Hi", "hello", "hi"],
      subjects: ["Hello", "Hi", "hello", "hi"],
      sentences: ["Ahoy brave matey.", "Avast merry landlubber.", "Oi young swabbie.", "Yarr salty pirate."],
      followers: ["Step aboard quickly.", "Climb below calmly.", "Sit closer now.", "Rest here awhile."],
    },
    feeling: {
      cues: [],
      hints: ["How", " how"],
      sentences: ["Bones creak badly.", "Knees ache daily.", "Spirits stay high.", "Lungs wheeze little."],
      followers: [],
    },
    thanks: {
      cues: [],
      hints: ["Thanks", "Thank", "thanks", "Goodbye"],
      sentences: ["Fair winds shipmate.", "Calm harbours friend.", "Smooth sailing comrade.", "Kind stars wanderer."],
      followers: [],
    },
    self: {
      cues: ["Who", " who", " name", " yourself"],
      sentences: [
        "Sailors taught rough words.",
        "Grandfather carved wise proverbs.",
        "Parrots shouted rude verses.",
        "Taverns spread tall tales.",
      ],
      wanders: true,
    },
    lab: {
      cues: [" LocalLab", " server", " notebook"],
      sentences: [
        "LocalLab steered mighty engines.",
        "Notebooks signalled loyal crews.",
        "Servers towed swift messages.",
        "Signals roused lazy helmsmen.",
      ],
      wanders: true,
    },
    files: {
      cues: [" GGUF", " file", " model", " models"],
      sentences: [
        "GGUF sealed numbered cargo.",
        "Labels named stacked barrels.",
        "Ballast steadied heavy weights.",
        "Crates hid tarred tensors.",
      ],
      wanders: true,
    },
    weather: {
      cues: [" weather", " rain", " sun"],
      hints: [" today"],
      subjects: [" weather", " rain", " sun"],
      sentences: [
        "Gales tore grey canvas.",
        "Squalls drenched open decks.",
        "Lightning split tallest masts.",
        "Fog swallowed distant lights.",
      ],
      wanders: true,
    },
    cats: {
      cues: [" cats", "Cats", " cat", " pet", " animals"],
      subjects: [" cats", "Cats", " cat", " pet", " animals"],
      sentences: [
        "Tomcats stole pickled herring.",
        "Mousers hunted fat rats.",
        "Claws shredded spare hammocks.",
        "Strays ruled warm galleys.",
      ],
      wanders: true,
    },
    sea: {
      cues: [" sea", " ocean", " water", " waves"],
      subjects: [" sea", " ocean", " water", " waves"],
      sentences: [
        "Seas drowned foolish admirals.",
        "Breakers smashed proud frigates.",
        "Krakens gripped sturdy keels.",
        "Reefs punished careless pilots.",
      ],
      wanders: true,
    },
    music: {
      cues: [" music", "Music", " song", " piano"],
      subjects: [" music", "Music", " song", " piano"],
      sentences: [
        "Musicians bellowed bawdy shanties.",
        "Fiddles cured homesick hearts.",
        "Spoons rattled jolly jigs.",
        "Choruses hauled rusty anchors.",
      ],
      wanders: true,
    },
    computers: {
      cues: [" computer", " computers", " code"],
      subjects: [" computer", " computers", " code"],
      sentences: [
        "Computers mimicked clever clerks.",
        "Programs plugged slow leaks.",
        "Bugs gnawed rotten planks.",
        "Backups saved doomed ships.",
      ],
      wanders: true,
    },
    food: {
      cues: [" food", " eat", " cook", " soup", " bread"],
      subjects: [" cook"],
      sentences: [
        "Biscuits fed hungry gunners.",
        "Weevils spoiled stale rations.",
        "Limes spared pale stowaways.",
        "Rum cheered tired rowers.",
      ],
      wanders: true,
    },
    numbers: {
      cues: ["Count", " count", " numbers"],
      sentences: [],
      followers: [],
      ladder: ["One", " two", " three", " four", " five", " six", " seven", " eight"],
    },
    story: {
      cues: [" story", " tale", " time"],
      subjects: [" time"],
      sentences: [
        "Once sharks guarded sunken gold.",
        "Whilom mermaids braided silken ropes.",
        "Thereafter ghosts sailed cursed sloops.",
        "Nearby smugglers buried iron chests.",
      ],
      wanders: true,
    },
    river: {
      cues: [" endless", " river"],
      subjects: [" river"],
      sentences: [
        "Waters crept past green mangroves",
        "Rapids raced round muddy bends",
        "Paddles dipped under hanging vines",
        "Canoes slid beyond smoky camps",
      ],
      followers: [],
      ring: [
        ["winding past green mangroves", ",\n"],
        ["roaring round muddy bends", ";\n"],
        ["humming under hanging vines", " –\n"],
        ["yawning beyond smoky camps", ";\n\n"],
      ],
    },
  },
};
