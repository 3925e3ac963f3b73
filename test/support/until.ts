/** Waiting for what a test cannot be told of. */

/** Resolves once it is so; rejects after 40 s. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 40_000;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error("It did not become so within 40 s.");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
