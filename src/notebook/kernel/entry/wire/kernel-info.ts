/** What the kernel says of itself. */
import { protocolVersion } from "./message.js";

/** `kernel_info_reply`. */
export const kernelInfo = (versions: { readonly tslab: string; readonly typescript: string }) => ({
  status: "ok",
  protocol_version: protocolVersion,
  implementation: "tslab",
  implementation_version: versions.tslab,
  language_info: {
    name: "typescript",
    version: versions.typescript,
    mimetype: "text/typescript",
    file_extension: ".ts",
    pygments_lexer: "typescript",
    nbconvert_exporter: "script",
    // JupyterLab reads `mode`, classic Notebook `name` and `typescript`: tslab's issue 18
    codemirror_mode: { mode: "typescript", name: "javascript", typescript: true },
  },
  banner: `TypeScript ${versions.typescript} on Node ${process.versions.node}, LocalLab's kernel made of tslab ${versions.tslab}`,
  help_links: [
    { text: "TypeScript Handbook", url: "https://www.typescriptlang.org/docs/handbook/intro.html" },
    { text: "Node.js API", url: `https://nodejs.org/docs/latest-v${process.versions.node.split(".")[0]}.x/api/` },
    { text: "tslab", url: "https://github.com/yunabe/tslab" },
  ],
  debugger: false,
  supported_features: [],
});
