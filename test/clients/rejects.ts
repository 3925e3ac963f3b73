/** What a call of a client ends with when it does not end well. */
import { expect } from "chai";

// biome-ignore lint/suspicious/noExplicitAny: constructors of errors take what they like
type ErrorClass = abstract new (...args: any[]) => Error;

/** The error, which is of this class and has these fields. Fails when the call ends well. */
export async function rejects(
  call: PromiseLike<unknown>,
  kind: ErrorClass,
  fields: Readonly<Record<string, unknown>> = {},
): Promise<Error> {
  const error = await call.then(
    (value) => {
      throw new Error(`It ended well: ${JSON.stringify(value)}`);
    },
    (reason: unknown) => reason as Error,
  );
  expect(error, String(error)).to.be.instanceOf(kind).and.deep.include(fields);
  return error;
}
