/** Code to copy for people elsewhere. The key is named, never shown. */
import type { Snippet } from "../displays/snippets.js";

const body = '{"prompt": "Once upon a time", "max_length": 64}';

/** Each skips the page that ngrok's free plan shows to browsers first. */
export function publicSnippets(url: string): Snippet[] {
  const address = JSON.stringify(`${url}/generate`);
  return [
    {
      title: "curl",
      code: [
        `curl ${address} \\`,
        `  -H "Authorization: Bearer $LOCALLAB_API_KEY" \\`,
        `  -H "Content-Type: application/json" \\`,
        `  -H "ngrok-skip-browser-warning: 1" \\`,
        `  -d '${body}'`,
      ].join("\n"),
    },
    {
      title: "fetch",
      code: [
        `const response = await fetch(${address}, {`,
        `  method: "POST",`,
        `  headers: {`,
        `    Authorization: \`Bearer \${process.env.LOCALLAB_API_KEY}\`,`,
        `    "Content-Type": "application/json",`,
        `    "ngrok-skip-browser-warning": "1",`,
        `  },`,
        `  body: JSON.stringify(${body}),`,
        `});`,
        `console.log((await response.json()).response);`,
      ].join("\n"),
    },
    {
      title: "Python",
      code: [
        "import os, requests",
        "",
        "answer = requests.post(",
        `    ${address},`,
        `    headers={"Authorization": "Bearer " + os.environ["LOCALLAB_API_KEY"], "ngrok-skip-browser-warning": "1"},`,
        `    json=${body},`,
        "    timeout=200,",
        ").json()",
        `print(answer["response"])`,
      ].join("\n"),
    },
    {
      title: "another notebook",
      code: [
        `import { connectLab } from "locallab";`,
        `const lab = await connectLab(${JSON.stringify(url)}, { apiKey: process.env.LOCALLAB_API_KEY });`,
      ].join("\n"),
    },
  ];
}
