/** Code to copy: how another program asks this lab. The key is named, never shown. */
import { isLoopback } from "../client/base-url.js";

export interface Snippet {
  readonly title: string;
  readonly code: string;
}

/** For curl, TypeScript and Python; each reads the key from LOCALLAB_API_KEY when the lab has one. */
export function snippets(url: string, needsKey: boolean): Snippet[] {
  return [
    { title: "curl", code: curl(url, needsKey) },
    { title: "fetch", code: fetchCode(url, needsKey) },
    { title: "Python", code: python(url, needsKey) },
    { title: "another notebook", code: notebook(url, needsKey) },
  ];
}

/** A string literal that is one in shell words, TypeScript and Python alike. */
const quoted = (text: string): string => JSON.stringify(text);

const curl = (url: string, needsKey: boolean): string =>
  [
    `curl ${quoted(`${url}/generate`)} \\`,
    `  -H "Content-Type: application/json" \\`,
    ...(needsKey ? [`  -H "Authorization: Bearer $LOCALLAB_API_KEY" \\`] : []),
    `  -d '{"prompt": "Once upon a time", "max_length": 64}'`,
  ].join("\n");

function fetchCode(url: string, needsKey: boolean): string {
  const headers = [
    `    "Content-Type": "application/json",`,
    ...(needsKey ? [`    Authorization: \`Bearer \${process.env.LOCALLAB_API_KEY}\`,`] : []),
    // without it, ngrok's free plan answers a browser with a page of its own
    ...(isLoopback(url) ? [] : [`    "ngrok-skip-browser-warning": "1",`]),
  ];
  return [
    `const response = await fetch(${quoted(`${url}/generate`)}, {`,
    `  method: "POST",`,
    `  headers: {`,
    ...headers,
    `  },`,
    `  body: JSON.stringify({ prompt: "Once upon a time", max_length: 64 }),`,
    `});`,
    `const answer = await response.json();`,
    `console.log(answer.response);`,
  ].join("\n");
}

const python = (url: string, needsKey: boolean): string =>
  [
    ...(needsKey ? ["import os"] : []),
    "import requests",
    "",
    "answer = requests.post(",
    `    ${quoted(`${url}/generate`)},`,
    ...(needsKey ? [`    headers={"Authorization": "Bearer " + os.environ["LOCALLAB_API_KEY"]},`] : []),
    `    json={"prompt": "Once upon a time", "max_length": 64},`,
    "    timeout=200,",
    ").json()",
    `print(answer["response"])`,
  ].join("\n");

const notebook = (url: string, needsKey: boolean): string =>
  [
    `import { connectLab } from "locallab";`,
    `const lab = await connectLab(${quoted(url)}${needsKey ? ", { apiKey: process.env.LOCALLAB_API_KEY }" : ""});`,
  ].join("\n");
