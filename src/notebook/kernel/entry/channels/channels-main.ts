/** The thread that holds Jupyter's channels. The other one, which starts it, runs the cells. */
import { parentPort, workerData } from "node:worker_threads";
import { readConnectionFile } from "../wire/connection-file.js";
import { kernelInfo } from "../wire/kernel-info.js";
import { Messages } from "../wire/message.js";
import { bindSockets } from "../wire/zeromq.js";
import { breakCells } from "./break-cells.js";
import { Interrupter } from "./interrupter.js";
import { JupyterChannels } from "./jupyter-channels.js";
import type { ToCells, ToChannels } from "./thread-messages.js";
import { watchParent } from "./watch-parent.js";

/** What the cells' thread says when it starts this one. */
export interface ChannelsData {
  readonly connectionFile: string;
  /** JPY_PARENT_PID: the id of the Jupyter that started the kernel, as it says. */
  readonly parentName: string | undefined;
  readonly versions: { readonly tslab: string; readonly typescript: string };
}

/** An end is polite until then: exit hooks run. A cell that computes is broken first. */
const breakAfterMs = 300;
const killAfterMs = 900;

/** Frames of these files must not be broken: the kernel would lose a cell. */
const own = /[\\/]kernel[\\/]entry[\\/](?:kernel-main|cells[\\/](?:executor|channels-thread)|language[\\/])/;

const { connectionFile, parentName, versions } = workerData as ChannelsData;
const post = (message: ToCells): void => parentPort?.postMessage(message);
let areCellsOpen = false;
/** While the cells' thread still loads its modules, a break would leave one that never comes. */
const breakOthers = async (): Promise<boolean> => areCellsOpen && (await breakCells((url) => own.test(url)));

let isEnding = false;
function end(): void {
  if (isEnding) return;
  isEnding = true;
  post({ type: "end" });
  setTimeout(() => void breakOthers(), breakAfterMs);
  setTimeout(() => process.kill(process.pid, "SIGKILL"), killAfterMs);
}

async function open(): Promise<void> {
  const connection = readConnectionFile(connectionFile);
  const sockets = await bindSockets(connection.addressOf);
  const messages = new Messages(connection);
  const interrupter = new Interrupter({
    tell: () => post({ type: "interrupt" }),
    breakCells: breakOthers,
    runningCell: () => channels.runningCell,
  });
  const interrupt = (): void => void interrupter.interrupt();
  const channels: JupyterChannels = new JupyterChannels({
    sockets,
    messages,
    kernelInfo: kernelInfo(versions),
    post,
    interrupt,
    end,
  });
  const watch = watchParent(end, parentName);
  parentPort?.on("message", (message: ToChannels) => {
    if (message.type === "close") {
      clearInterval(watch);
      void channels.close().finally(() => sayClosed(message.closed));
    } else if (message.type === "listening") {
      areCellsOpen = true;
      interrupter.listening();
    } else if (message.type === "interruptSeen") interrupter.seen();
    else channels.take(message);
  });
  post({ type: "bound" });
  await channels.listen();
}

/** The other thread waits for it, with nothing else going on there. */
function sayClosed(closed: Int32Array): void {
  Atomics.store(closed, 0, 1);
  Atomics.notify(closed, 0);
  parentPort?.close();
}

open().catch((error: Error) => post({ type: "refused", why: error.message }));
