/** What health checks and system information show of the models in memory. */
import type { Caller } from "../engine/caller.js";
import type { Engine } from "../engine/engine.js";
import { engineVersion } from "../version.js";
import type { ResidentModel } from "../wire/models.js";
import type { SystemInfo } from "../wire/system.js";
import { describeResident, describeWant } from "./describe-model.js";
import { modelStatus } from "./model-status.js";
import { type ModelStatus, maySee } from "./models.js";
import type { Resident } from "./resident.js";
import type { ResidentTable } from "./resident-table.js";
import type { Want } from "./want.js";

/** Everything in memory, on its way in or on its way out, as far as the caller may know; all of it without one. */
export function residentModels(
  table: ResidentTable,
  currentId: string | undefined,
  slots: number,
  caller?: Caller,
): ResidentModel[] {
  const isTheirs = (id: string): boolean => caller === undefined || maySee(caller, id);
  const waitingFor = (resident: Resident): number =>
    table.residents.find(resident.id) === resident ? (table.wantFor(resident.id)?.waiting ?? 0) : 0;
  const residents = table.residents.all.filter(({ id }) => isTheirs(id));
  const wants = table.wants.filter(({ modelId }) => isTheirs(modelId) && table.residents.find(modelId) === undefined);
  return [
    ...residents.map((one) => describeResident(one, one.id === currentId && !one.isLeaving, waitingFor(one))),
    ...wants.map((want) => describeWant(want, want.options.slots ?? slots)),
  ];
}

/** What `caller` may know; everything without one. */
export interface StatusView {
  readonly current: Resident | undefined;
  readonly loading: Want | undefined;
  readonly slots: number;
  readonly isClosing: boolean;
  readonly caller: Caller | undefined;
}

export function statusOf(table: ResidentTable, view: StatusView): ModelStatus {
  const { current, loading, slots, isClosing, caller } = view;
  const isTheirs = (id: string): boolean => caller === undefined || maySee(caller, id);
  const waiting = table.wants.filter(({ modelId }) => isTheirs(modelId)).reduce((sum, want) => sum + want.waiting, 0);
  return modelStatus({
    engine: current?.engine,
    loading: loading === undefined ? null : { model: loading.modelId, progress: loading.progress },
    waitingForModel: waiting,
    slots,
    models: residentModels(table, current?.id, slots, caller),
    isClosing,
  });
}

/** Shows the number of its process only to keys that may manage. */
export function engineInfo(engine: Engine | undefined, caller: Caller): SystemInfo["engine"] {
  return {
    backend: engine?.facts.backend ?? null,
    devices: [...(engine?.facts.devices ?? [])],
    threads: engine?.facts.threads ?? null,
    threads_in_use: engine?.memory()?.threadsInUse ?? null,
    memory_bytes: engine?.memory()?.residentBytes ?? null,
    pid: caller.mayManage ? (engine?.pid ?? null) : null,
    version: engineVersion,
  };
}

/** Models in memory as a sentence. */
export const inMemory = (residents: readonly Resident[]): string =>
  `In memory: ${residents.map(({ id }) => `"${id}"`).join(", ")}.`;
