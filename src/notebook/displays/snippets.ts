/** Code to copy: how another program asks a lab. It runs as it stands; the key is named, never shown. */
import { isLoopback } from "../client/base-url.js";
import { type Snippet, sdkSnippets, someModel } from "./sdk-snippets.js";

/**
 * For other clients, curl, TypeScript and Python; each reads the key from LOCALLAB_API_KEY when the lab has one.
 *
 * `isElsewhere`: asked through a tunnel, perhaps. Default: unless the address is this machine's. `model`: the one to name.
 */
export function snippets(
  url: string,
  needsKey: boolean,
  isElsewhere = !isLoopback(url),
  model: string = someModel,
): Snippet[] {
  const asked: Asked = { url, needsKey, isElsewhere };
  return [
    ...sdkSnippets({ url, needsKey, model }),
    { title: "curl", code: curl(asked) },
    { title: "fetch", code: fetchCode(asked) },
    { title: "Python", code: python(asked) },
    { title: "another notebook", code: notebook(asked) },
  ];
}

interface Asked {
  readonly url: string;
  readonly needsKey: boolean;
  /** Without a header of its own, ngrok's free plan answers a browser with a page that has to be clicked away. */
  readonly isElsewhere: boolean;
}

/** A string literal that is one in shell words, TypeScript and Python alike. */
const quoted = (text: string): string => JSON.stringify(text);

const curl = ({ url, needsKey, isElsewhere }: Asked): string =>
  [
    `curl ${quoted(`${url}/generate`)} \\`,
    `  -H "Content-Type: application/json" \\`,
    ...(needsKey ? [`  -H "Authorization: Bearer $LOCALLAB_API_KEY" \\`] : []),
    ...(isElsewhere ? [`  -H "ngrok-skip-browser-warning: 1" \\`] : []),
    `  -d '{"prompt": "Once upon a time", "max_length": 64}'`,
  ].join("\n");

const fetchCode = ({ url, needsKey, isElsewhere }: Asked): string =>
  [
    `const response = await fetch(${quoted(`${url}/generate`)}, {`,
    `  method: "POST",`,
    `  headers: {`,
    `    "Content-Type": "application/json",`,
    ...(needsKey ? [`    Authorization: \`Bearer \${process.env.LOCALLAB_API_KEY}\`,`] : []),
    ...(isElsewhere ? [`    "ngrok-skip-browser-warning": "1",`] : []),
    `  },`,
    `  body: JSON.stringify({ prompt: "Once upon a time", max_length: 64 }),`,
    `});`,
    `const answer = await response.json();`,
    `console.log(answer.response);`,
  ].join("\n");

/** With what every Python has. */
const python = ({ url, needsKey, isElsewhere }: Asked): string =>
  [
    needsKey ? "import json, os" : "import json",
    "from urllib.request import Request, urlopen",
    "",
    "request = Request(",
    `    ${quoted(`${url}/generate`)},`,
    `    json.dumps({"prompt": "Once upon a time", "max_length": 64}).encode(),`,
    "    {",
    `        "Content-Type": "application/json",`,
    ...(needsKey ? [`        "Authorization": "Bearer " + os.environ["LOCALLAB_API_KEY"],`] : []),
    ...(isElsewhere ? [`        "ngrok-skip-browser-warning": "1",`] : []),
    "    },",
    ")",
    "with urlopen(request, timeout=200) as answer:",
    `    print(json.load(answer)["response"])`,
  ].join("\n");

const notebook = ({ url, needsKey }: Asked): string =>
  [
    `import { connectLab } from "locallab";`,
    `const lab = await connectLab(${quoted(url)}${needsKey ? ", { apiKey: process.env.LOCALLAB_API_KEY }" : ""});`,
  ].join("\n");
