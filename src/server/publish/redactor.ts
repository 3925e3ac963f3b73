/** Takes the authtoken out of a text, also where it was escaped for JSON or a URL. */
export type Redactor = (text: string) => string;

const mask = "[authtoken]";

/** A redactor for one authtoken. It also masks whatever a text calls an authtoken itself, as ngrok's refusals do. */
export function createRedactor(authtoken: string): Redactor {
  const json = JSON.stringify(authtoken).slice(1, -1);
  const shapes = new Set([authtoken, json, JSON.stringify(json).slice(1, -1), encodeURIComponent(authtoken)]);
  return (text) => {
    let safe = text;
    for (const shape of shapes) safe = safe.split(shape).join(mask);
    return safe.replace(/(authtoken(?: is|["']?\s*[:=]))\s*(?!\[authtoken\])["']?[^\s"']+/gi, `$1 ${mask}`);
  };
}
