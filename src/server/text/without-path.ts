/** What programs say of a file, without where it lies: paths are its owner's own affair. */

/** The same text with `name` in the place of the file's path, and nothing of the path of other files beside it. */
export function withoutPath(text: string, path: string, name: string): string {
  if (path === "") return text;
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const named = text.replaceAll(path, name);
  return folder.length > 1 ? named.replaceAll(folder, "") : named;
}
