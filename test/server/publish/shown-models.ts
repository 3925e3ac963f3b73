/** Fake models that keep to what a key may use, and note what a publication wants of them. */
import type { Caller } from "../../../src/server/engine/caller.js";
import type { Generation } from "../../../src/server/engine/generation.js";
import type { GenerationRequest } from "../../../src/server/engine/request.js";
import { LabError } from "../../../src/server/errors.js";
import type { ModelEntry, ModelList } from "../../../src/server/wire/models.js";
import { FakeModels } from "../../support/fake-models.js";

export class ShownModels extends FakeModels {
  /** What was pinned, let go and kept, in order. */
  readonly told: string[] = [];
  /** Thrown by `pin` when set. */
  tooLarge: LabError | undefined;
  ids: readonly string[] = ["fake", "other"];

  override generate(
    id: string | undefined,
    request: GenerationRequest,
    caller: Caller,
    arrivedAt?: number,
  ): Generation {
    if (id !== undefined && (caller.models?.has(id) === false || !this.ids.includes(id))) {
      throw new LabError("model_not_found", `No model is called "${id}".`);
    }
    return super.generate(id, request, caller, arrivedAt);
  }

  override async list(): Promise<ModelList> {
    const models = this.ids.map((id) => ({ id }) as ModelEntry);
    return { models, current_model: "fake", models_dir: "/nowhere", models_dir_note: null };
  }

  override async pin(ids: readonly string[]): Promise<() => void> {
    if (this.tooLarge !== undefined) throw this.tooLarge;
    this.told.push(`pin ${ids.join()}`);
    return () => this.told.push("unpin");
  }

  override keepOwnerSlot(isKept: boolean): void {
    this.told.push(`owner's slot ${isKept ? "kept" : "free"}`);
  }
}
