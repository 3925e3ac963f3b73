/** A promise that is settled from outside. Once it is settled, settling it again does nothing. */
export class Deferred<Value> {
  readonly promise: Promise<Value>;
  resolve!: (value: Value) => void;
  reject!: (error: unknown) => void;

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    // without a listener a rejection is no unhandled one
    this.promise.catch(() => {});
  }
}
