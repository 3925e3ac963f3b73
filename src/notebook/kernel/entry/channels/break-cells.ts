/**
 * Stops JavaScript that computes without a pause in the cells' thread, from outside.
 *
 * `vm` can break a cell only until its first `await` (tslab's way). Here the inspector pauses the other thread wherever it
 * is and ends what runs there, as a debugger's stop button does: `finally` blocks of what is stopped do not run.
 */
import { type Debugger, Session } from "node:inspector";
import { promisify } from "node:util";
import { unwindName } from "./unwind-name.js";

/** Longest wait for the other thread to stop; native code such as execSync cannot be stopped. */
const patienceMs = 1000;

/**
 * Resolves with true when something was stopped; false when the thread ran the kernel's own code or only Node's, or could
 * not be reached.
 *
 * `isOwn` tells by a frame's file whether it is one of the kernel's that must not be stopped.
 */
export async function breakCells(isOwn: (url: string) => boolean): Promise<boolean> {
  const session = new Session();
  session.connectToMainThread();
  const post = promisify(session.post.bind(session)) as (method: string, params?: object) => Promise<object>;
  try {
    const urls = new Map<string, string>();
    // a frame says only its script's number; told for all scripts there are, then for each new one
    session.on("Debugger.scriptParsed", ({ params: { scriptId, url } }) => urls.set(scriptId, url));
    await post("Debugger.enable");
    const frames = await pausedFrames(session, post);
    if (frames === undefined) return false;
    const [top] = frames;
    const places = frames.map(({ location }) => urls.get(location.scriptId) ?? "");
    // between two turns of Node's only Node's frames are there: a break would throw away what the kernel waits for
    const isAtWork = places.some((url) => !url.startsWith("node:"));
    const mayStop = top !== undefined && isAtWork && !places.some(isOwn);
    if (mayStop) await stop(top.callFrameId, post);
    await post("Debugger.resume");
    return mayStop;
  } catch {
    // it ran on, or it ended: whoever asked looks again
    return false;
  } finally {
    await post("Debugger.disable").catch(() => {});
    session.disconnect();
  }
}

type Post = (method: string, params?: object) => Promise<object>;

async function pausedFrames(session: Session, post: Post): Promise<readonly Debugger.CallFrame[] | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), patienceMs);
  });
  const paused = new Promise<readonly Debugger.CallFrame[]>((resolve) => {
    session.once("Debugger.paused", ({ params }) => resolve(params.callFrames));
  });
  await post("Debugger.pause");
  const frames = await Promise.race([paused, late]);
  clearTimeout(timer);
  return frames;
}

/** Node keeps a stack of what called what, which nobody else would take down: left as it is, Node ends itself. */
async function stop(callFrameId: string, post: Post): Promise<void> {
  const expression = `globalThis[Symbol.for(${JSON.stringify(unwindName)})]()`;
  const { exceptionDetails } = (await post("Debugger.evaluateOnCallFrame", {
    callFrameId,
    expression,
    silent: true,
  })) as Debugger.EvaluateOnCallFrameReturnType;
  if (exceptionDetails !== undefined) throw new Error(exceptionDetails.text);
  // answered only when the stopped thread runs on
  void post("Runtime.terminateExecution").catch(() => {});
}
