// no imports and old syntax only: this has to run on the Node that is too old
/**
 * One sentence when this Node cannot run the project, else undefined.
 *
 * The limits are where `require()` of an ES module works without a flag: 20.19 and 22.12. Notebook cells need it.
 *
 * @param {string} version as in `process.versions.node`
 * @returns {string | undefined}
 */
export function nodeVersionProblem(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const runs = major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19);
  if (runs) return undefined;
  return `This is Node ${version}; LocalLab needs Node 20.19, 22.12 or newer. Get it from https://nodejs.org or with "nvm install 22".`;
}
