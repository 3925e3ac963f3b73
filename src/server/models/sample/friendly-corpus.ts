/** The plain, friendly voice of `sample`. */
import type { Corpus } from "./corpus.js";

export const friendlyCorpus: Corpus = {
  name: "LocalLab sample",
  closers: [" again", " together", " forever"],
  fallback: {
    cues: [],
    sentences: [
      "Such questions puzzle me.",
      "Those riddles exceed us.",
      "These subjects escape everyone.",
      "Other matters confuse anyone.",
    ],
    followers: [
      "Try Animals or Soup.",
      "Mention Music and Weather.",
      "Request Bread plus Numbers.",
      "Discuss Code then Waves.",
    ],
  },
  topics: {
    greeting: {
      cues: [],
      hints: ["Hello", "Hi", "hello", "hi"],
      subjects: ["Hello", "Hi", "hello", "hi"],
      sentences: ["Welcome dear friend.", "Greetings kind visitor.", "Hooray another guest.", "Cheers curious reader."],
      followers: ["Pick some topic.", "Choose any theme.", "Name your wish.", "Share one thought."],
    },
    feeling: {
      cues: [],
      hints: ["How", " how"],
      sentences: [
        "Life feels wonderful.",
        "Mornings seem brighter.",
        "Evenings stay peaceful.",
        "Conversations become delightful.",
      ],
      followers: [],
    },
    thanks: {
      cues: [],
      hints: ["Thanks", "Thank", "thanks", "Goodbye"],
      sentences: ["Come back soon.", "Return whenever possible.", "Visit friends often.", "Stay always merry."],
      followers: [],
    },
    self: {
      cues: ["Who", " who", " name", " yourself"],
      sentences: [
        "Sample learned short words.",
        "Tables chose simple sentences.",
        "People wrote honest phrases.",
        "Probabilities guided careful replies.",
      ],
      wanders: true,
    },
    lab: {
      cues: [" LocalLab", " server", " notebook"],
      sentences: [
        "LocalLab connected local engines.",
        "Notebooks opened fast sessions.",
        "Servers joined patient streams.",
        "Requests reached busy cells.",
      ],
      wanders: true,
    },
    files: {
      cues: [" GGUF", " file", " model", " models"],
      sentences: [
        "GGUF stored whole networks.",
        "Headers listed many tokens.",
        "Tensors held trained weights.",
        "Metadata described clever layers.",
      ],
      wanders: true,
    },
    weather: {
      cues: [" weather", " rain", " sun"],
      hints: [" today"],
      subjects: [" weather", " rain", " sun"],
      sentences: [
        "Clouds covered green hills.",
        "Breezes cooled narrow streets.",
        "Storms shook tall towers.",
        "Sunshine warmed sleepy gardens.",
      ],
      wanders: true,
    },
    cats: {
      cues: [" cats", "Cats", " cat", " pet", " animals"],
      subjects: [" cats", "Cats", " cat", " pet", " animals"],
      sentences: [
        "Housecats chased soft yarn.",
        "Kittens touched warm cushions.",
        "Tabbies watched tiny birds.",
        "Whiskers explored secret corners.",
      ],
      wanders: true,
    },
    sea: {
      cues: [" sea", " ocean", " water", " waves"],
      subjects: [" sea", " ocean", " water", " waves"],
      sentences: [
        "Seagulls followed silver boats.",
        "Dolphins crossed deep harbours.",
        "Tides hid smooth shells.",
        "Whales circled distant islands.",
      ],
      wanders: true,
    },
    music: {
      cues: [" music", "Music", " song", " piano"],
      subjects: [" music", "Music", " song", " piano"],
      sentences: [
        "Musicians played gentle melodies.",
        "Violins shaped lively rhythms.",
        "Drums carried slow dances.",
        "Singers repeated old choruses.",
      ],
      wanders: true,
    },
    computers: {
      cues: [" computer", " computers", " code"],
      subjects: [" computer", " computers", " code"],
      sentences: [
        "Computers obeyed exact orders.",
        "Programmers fixed strange bugs.",
        "Compilers checked long loops.",
        "Keyboards recorded hasty letters.",
      ],
      wanders: true,
    },
    food: {
      cues: [" food", " eat", " cook", " soup", " bread"],
      subjects: [" cook"],
      sentences: [
        "Bakers sliced fresh loaves.",
        "Cooks stirred hot stews.",
        "Farmers picked ripe apples.",
        "Children tasted sweet berries.",
      ],
      wanders: true,
    },
    numbers: {
      cues: ["Count", " count", " numbers"],
      sentences: [],
      followers: [],
      ladder: ["One", " two", " three", " four", " five", " six", " seven", " eight", " nine", " ten"],
    },
    story: {
      cues: [" story", " tale", " time"],
      subjects: [" time"],
      sentences: [
        "Once foxes guarded golden keys.",
        "Formerly owls stole hidden maps.",
        "Somewhere queens lost ancient crowns.",
        "Yesterday dragons found broken mirrors.",
      ],
      wanders: true,
    },
    river: {
      cues: [" endless", " river"],
      subjects: [" river"],
      sentences: [
        "Waters wound past mossy mills",
        "Currents glided around wooden villages",
        "Ripples drifted beneath stony bridges",
        "Springs rolled beyond misty valleys",
      ],
      followers: [],
      ring: [
        ["turning past mossy mills", ",\n"],
        ["singing around wooden villages", ";\n"],
        ["shining beneath stony bridges", " –\n"],
        ["whispering beyond misty valleys", ";\n\n"],
      ],
    },
  },
};
