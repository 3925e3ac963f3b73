/**
 * A prompt that ends in words of an answer, with the thought closed in front of them that the template left open.
 *
 * Some templates open a thought in front of whatever the model says, also of a turn that is given: the words would be
 * thought of the model's. `words` are those of the turn, as they were handed to the template.
 */
export function closeThought(prompt: string, words: string): string {
  const at = words.trim() === "" ? prompt.length : prompt.lastIndexOf(words.trim());
  if (at < 0 || words.includes("</")) return prompt;
  const open = /<((?:\w+:)?think)>\s*$/.exec(prompt.slice(0, at));
  return open === null ? prompt : `${prompt.slice(0, at)}</${open[1]}>${prompt.slice(at)}`;
}
