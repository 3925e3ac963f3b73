/** The error something is rejected with; fails the test when it is not. */
export async function rejection<Expected = { code: string; message: string }>(
  promise: PromiseLike<unknown>,
): Promise<Expected> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    return error as Expected;
  }
  throw new Error(`It was not rejected but gave ${String(value)}.`);
}
