import type { ArgumentsReader, KnownTool, ReadArguments } from "./arguments-reader.js";
import type { TaggedParameters } from "./call-form.js";
import { isJson, readDictValue } from "./dict-value.js";
import { JsonArguments } from "./json-arguments.js";
import { type ParameterKind, parameterKind, parameterSchema } from "./parameter-kind.js";
import { keyHole, TextPattern } from "./text-pattern.js";

/** `key`: in front of a key, or the end. `text`, `json`, `dict`: within a value of that kind. */
type Place = "key" | "text" | "json" | "dict";

/** Arguments whose parameters stand between marks, one by one: they come out as JSON. */
export class TaggedArguments implements ArgumentsReader {
  readonly #form: TaggedParameters;
  readonly #tool: KnownTool;
  readonly #ends: readonly TextPattern[];
  readonly #textHead: TextPattern;
  readonly #jsonHead: TextPattern;
  readonly #separator: TextPattern | undefined;
  #place: Place = "key";
  #held = "";
  #out = "";
  #count = 0;
  #kind: ParameterKind = "text";
  /** True before the first unit of a text that stands as it is. */
  #isFresh = true;
  /** Where JSON of an object stands instead, as for a schema that parameters one by one cannot obey. */
  #json: JsonArguments | undefined;
  /** True behind a value, where a separator may stand. */
  #isSeparated = false;

  /** `ends`: what stands behind the last parameter. */
  constructor(form: TaggedParameters, tool: KnownTool, ends: readonly TextPattern[]) {
    this.#form = form;
    this.#tool = tool;
    this.#ends = ends;
    // the blanks behind a mark are taken off its text one by one: further blanks are the value's own
    this.#textHead = new TextPattern(form.keyOpen + keyHole + form.textOpen.trimEnd());
    this.#jsonHead = new TextPattern(form.keyOpen + keyHole + form.jsonOpen.trimEnd());
    this.#separator = form.separator.trim() === "" ? undefined : new TextPattern(form.separator);
  }

  push(piece: string): ReadArguments {
    if (this.#json !== undefined) return this.#json.push(piece);
    this.#held += piece;
    const start = this.#held.trimStart();
    if (this.#count === 0 && this.#place === "key" && start.startsWith("{")) {
      this.#json = new JsonArguments();
      return this.#json.push(start);
    }
    for (;;) {
      const isOver = this.#place === "key" ? this.#readKey() : this.#readValue();
      if (isOver !== "on") {
        const json = this.#out;
        this.#out = "";
        return isOver === "over" ? { json, rest: this.#held } : { json };
      }
    }
  }

  /** A key with what introduces its value, or the end of the arguments. */
  #readKey(): "on" | "more" | "over" {
    if (this.#isSeparated && this.#separator !== undefined) {
      const match = this.#separator.match(this.#held);
      if (match.kind === "more") return this.#maybeEnd() ?? "more";
      if (match.kind === "fits") this.#held = this.#held.slice(match.length);
    }
    this.#isSeparated = false;
    const [text, json] = [this.#textHead.match(this.#held), this.#jsonHead.match(this.#held)];
    if (text.kind === "fits") return this.#enter(text, "text");
    // one introduction may be the beginning of the other
    if (text.kind === "more") return this.#maybeEnd() ?? "more";
    if (json.kind === "fits") return this.#enter(json, "json");
    if (json.kind === "more") return this.#maybeEnd() ?? "more";
    return this.#end();
  }

  /** The end, where it is there already; undefined where it is not. */
  #maybeEnd(): "over" | undefined {
    return this.#ends.some((end) => end.match(this.#held).kind === "fits") ? this.#end() : undefined;
  }

  #end(): "over" {
    this.#out += this.#count === 0 ? "{}" : "}";
    return "over";
  }

  #enter({ length, name }: { readonly length: number; readonly name: string }, mark: "text" | "json"): "on" {
    const { textOpen, jsonOpen, isDict } = this.#form;
    this.#held = this.#held.slice(length);
    this.#out += `${this.#count === 0 ? "{" : ", "}${JSON.stringify(name)}: `;
    this.#count += 1;
    this.#kind = parameterKind(parameterSchema(this.#tool.parameters, name));
    const isSame = textOpen === jsonOpen;
    const isText = isSame ? this.#kind !== "json" : mark === "text";
    this.#place = isText ? "text" : isDict ? "dict" : "json";
    this.#isFresh = true;
    if (isText) this.#out += '"';
    return "on";
  }

  #readValue(): "on" | "more" {
    if (this.#place === "text") return this.#readText();
    return this.#place === "dict" ? this.#readDict() : this.#readJson();
  }

  /** A text as it is: all of it that cannot be its end any more. */
  #readText(): "on" | "more" {
    const { textOpen, textClose } = this.#form;
    const frame = textOpen.slice(textOpen.trimEnd().length);
    if (this.#isFresh && this.#held.length < frame.length && frame.startsWith(this.#held)) return "more";
    if (this.#isFresh && this.#held.startsWith(frame)) this.#held = this.#held.slice(frame.length);
    this.#isFresh = false;
    const mark = textClose.trim();
    const margin = textClose.slice(0, textClose.indexOf(mark));
    const end = this.#held.indexOf(mark);
    const sure = end >= 0 ? end : Math.max(0, this.#held.length - mark.length - margin.length - 1);
    const value = this.#held.slice(0, sure);
    const bare = end >= 0 && margin !== "" && value.endsWith(margin) ? value.slice(0, -margin.length) : value;
    // half a letter waits for the other
    const whole = end < 0 && /[\uD800-\uDBFF]$/.test(bare) ? bare.slice(0, -1) : bare;
    this.#out += JSON.stringify(whole).slice(1, -1);
    this.#held = end >= 0 ? this.#held.slice(end + mark.length) : this.#held.slice(whole.length);
    if (end < 0) return "more";
    this.#out += '"';
    return this.#leave();
  }

  #readJson(): "on" | "more" {
    const mark = this.#form.jsonClose.trim();
    const end = this.#held.indexOf(mark);
    if (end < 0) return "more";
    const value = this.#held.slice(0, end).trim();
    this.#out += isJson(value) ? value : JSON.stringify(value);
    this.#held = this.#held.slice(end + mark.length);
    return this.#leave();
  }

  #readDict(): "on" | "more" {
    const { textOpen, jsonOpen, textClose } = this.#form;
    const value = readDictValue(this.#held, 0, [textOpen.slice(jsonOpen.length), textClose]);
    if (value === "more") return "more";
    // what is no value stands for itself
    this.#out += value?.json ?? "null";
    this.#held = this.#held.slice(value?.end ?? 0);
    return this.#leave();
  }

  #leave(): "on" {
    this.#place = "key";
    this.#isSeparated = true;
    return "on";
  }
}
