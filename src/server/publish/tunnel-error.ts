/** Why a tunnel is not online. */
export interface TunnelProblem {
  /** "ERR_NGROK_n", or one of ours such as "unreachable". */
  readonly code: string;
  /** What is wrong and what to do. Never holds the authtoken. */
  readonly message: string;
  /** What ngrok's agent said, without the authtoken. */
  readonly detail: string;
}

/** A tunnel that could not be opened, or that is given up. */
export class TunnelError extends Error {
  override readonly name = "TunnelError";
  readonly code: string;
  readonly detail: string;

  constructor(problem: TunnelProblem, { cause }: { readonly cause?: unknown } = {}) {
    super(problem.message, cause === undefined ? undefined : { cause });
    this.code = problem.code;
    this.detail = problem.detail;
  }
}
