/** A model's file in one sentence, as lists show it. Pure. */
import type { FileFacts } from "./file-facts.js";

/** "SmolLM2 135M Instruct: 135M parameters, Q4_1, trained for 8192 tokens, apache-2.0."; "" where the file tells nothing. */
export function describeFile(facts: FileFacts, quantization: string | null): string {
  const { title, sizeLabel, license, trainContext, parameters, architecture } = facts;
  const size = sizeLabel ?? (parameters === null ? null : shortCount(parameters));
  const words = [
    size === null ? null : `${size} parameters`,
    quantization,
    trainContext === null ? null : `trained for ${trainContext} tokens`,
    license === null ? null : `license ${license}`,
  ].filter((word) => word !== null);
  const name = title ?? (words.length === 0 || architecture === null ? null : `A model of the ${architecture} kind`);
  if (name === null) return words.length === 0 ? "" : `${words.join(", ")}.`;
  return words.length === 0 ? `${name}.` : `${name}: ${words.join(", ")}.`;
}

/** 134515008 → "135M", 8030261312 → "8.0B". */
function shortCount(count: number): string {
  if (count >= 1e9) return `${(count / 1e9).toFixed(count < 1e10 ? 1 : 0)}B`;
  if (count >= 1e6) return `${(count / 1e6).toFixed(count < 1e7 ? 1 : 0)}M`;
  return `${(count / 1e3).toFixed(count < 1e4 ? 1 : 0)}K`;
}
