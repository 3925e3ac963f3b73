/** What the kernel gives every cell without an import, for the compiler. */

/** Read as a declaration file beside the cells; a cell may hide each by a name of its own. */
export const cellGlobalTypes = `
/** Asks the person for a line, in the cell's output. With \`password\`, what is typed is not shown. */
declare function input(prompt?: string, options?: { password?: boolean }): Promise<string>;
/**
 * Shows a value in the cell's output: by its \`Symbol.for("Jupyter.display")\` method, by MIME types
 * (\`{ "text/html": "<b>1</b>", "text/plain": "1" }\`), else as text. With a \`displayId\`, \`update: true\` replaces what
 * was shown with that id, at any later time.
 */
declare function display(value: unknown, options?: { displayId?: string; update?: boolean }): void;
`;
