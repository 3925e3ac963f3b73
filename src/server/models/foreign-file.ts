/** Names files that are something else than a GGUF file by how they begin: what people save under that name. */

const unpack = "Take the .gguf file out of it.";

const beginnings: readonly (readonly [start: RegExp | string, reason: string])[] = [
  [
    /^version https:\/\/git-lfs/,
    'The file is a git-lfs pointer, not the model itself. "git lfs pull" fetches the model.',
  ],
  [
    /^[\uFEFF\s]*<(!doctype|html|head|body|\?xml|!--)/i,
    "The file is a web page, not a model: the download brought an error or a login page. Download it again.",
  ],
  [
    /^(lmgg|tjgg|fmgg|algg)/,
    "The file is in a format older than GGUF, which can no longer be loaded. Convert it anew.",
  ],
  [/^PK/, `The file is a zip archive or a PyTorch model, not a GGUF file. ${unpack}`],
  ["\x1f\u008b", `The file is a gzip archive, not a GGUF file. ${unpack}`],
  [/^(\u00fd7zXZ|\x28\u00b5\x2f\u00fd|7z\u00bc\u00af)/, `The file is an archive, not a GGUF file. ${unpack}`],
  [/^.{8}\{"/s, "The file is a safetensors model, not a GGUF file. Convert it with llama.cpp's convert_hf_to_gguf.py."],
  [/^\s*[{[]/, "The file is JSON, not a model: the download brought an answer of the site. Download it again."],
  [/^[\s\x21-\x7e]+$/, "The file is text, not a model."],
  [/^\0+$/, "The file begins with zeros: it was never written to the end. Download it again."],
];

/** What the file is when its first bytes are not those of a GGUF file, as a sentence; null when they are. */
export function foreignFile(start: Buffer): string | null {
  if (start.length === 0) return "The file is empty.";
  if (start.subarray(0, 4).toString("latin1") === "GGUF") return null;
  const text = start.toString("latin1");
  const known = beginnings.find(([begin]) => (typeof begin === "string" ? text.startsWith(begin) : begin.test(text)));
  return known?.[1] ?? "The file is not a GGUF file: it does not begin with the letters GGUF.";
}
