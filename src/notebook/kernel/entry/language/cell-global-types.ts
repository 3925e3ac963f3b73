/** What the kernel gives every cell without an import, for the compiler. */

/** Read as a declaration file beside the cells; a cell may hide each by a name of its own. */
export const cellGlobalTypes = `
/**
 * Asks the person for a line, in the cell's output, and gives what was typed.
 *
 *     const name = await input("Your name: ");
 *     const key = await input("Key: ", { password: true }); // not shown while it is typed
 *
 * Rejects where nobody can be asked, and when the cell is interrupted.
 */
declare function input(prompt?: string, options?: { password?: boolean }): Promise<string>;
/**
 * Shows a value in the cell's output: by its \`Symbol.for("Jupyter.display")\` method, by MIME types, else as text.
 *
 *     display({ "text/html": "<b>1</b>", "text/plain": "1" });
 *     display({ "text/markdown": "*0 of 9*" }, { displayId: "count" });
 *     display({ "text/markdown": "*1 of 9*" }, { displayId: "count", update: true }); // in its place, at any later time
 */
declare function display(value: unknown, options?: { displayId?: string; update?: boolean }): void;
`;
