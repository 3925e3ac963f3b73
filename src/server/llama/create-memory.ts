import { statSync } from "node:fs";
import { cacheBytes } from "../engine/context-bytes.js";
import type { EngineOptions } from "../engine/local/messages.js";
import { availableMemoryBytes } from "../machine/container.js";
import { attentionShape } from "./hopeless-context.js";
import type { ModelInMemory } from "./load-model.js";
import { writtenFor } from "./native-context.js";
import { SequenceStates } from "./sequence-states.js";
import { SlotMemory } from "./slot-memory.js";
import { Slots } from "./slots.js";
import type { StepLoop } from "./step-loop.js";

/** Share of the free memory that kept conversations may take where no amount is set. */
const shareOfFree = 1 / 8;
/** Bytes of a token where the model's header does not tell; the first file does. */
const usualTokenBytes = 65_536;

/** What the slots of a loaded model remember, and where what leaves them is kept. */
export function createMemory(
  memory: ModelInMemory,
  options: EngineOptions,
  steps: StepLoop,
  warn: (message: string) => void,
): SlotMemory {
  const { model, native, facts } = memory;
  const { slots: count, kept } = options;
  const shape = attentionShape(model);
  const states = new SequenceStates({
    native,
    folder: kept?.folder ?? null,
    limitBytes: (own) => (kept?.bytes === "auto" ? (availableMemoryBytes() + own) * shareOfFree : (kept?.bytes ?? 0)),
    tokenBytes: (shape && cacheBytes(shape, 1)) || usualTokenBytes,
    fingerprint: fingerprintOf(memory, options),
    warn,
  });
  const { isRecurrent, isHybrid, swaSize } = model.fileInsights;
  const mostMovable = isRecurrent || isHybrid ? 0 : (swaSize ?? Number.POSITIVE_INFINITY);
  const slots = new Slots(count, {
    isKept: (slot) => slot.key !== null && states.covers(slot, slot.key),
    // a longer one may have lost its beginning
    isMovable: ({ tokens }) => tokens.length <= mostMovable,
  });
  return new SlotMemory({ native, steps, slots, states, context: facts.context, warn });
}

/** All that decides what a state is worth: another file, library or context reads it as nonsense. */
function fingerprintOf({ model, native, facts }: ModelInMemory, { modelPath, slots, context }: EngineOptions): string {
  const file = statSync(modelPath, { bigint: true, throwIfNoEntry: false });
  return JSON.stringify({
    file: [modelPath, `${file?.ino}`, `${file?.size}`, `${file?.mtimeNs}`],
    library: writtenFor,
    backend: facts.backend,
    flashAttention: native.context.flashAttention,
    slots,
    context,
    trained: model.trainContextSize,
  });
}
