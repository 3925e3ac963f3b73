import type { EngineFacts } from "../../src/server/engine/engine.js";

/** What a fake engine says of its model. */
export const fakeFacts: EngineFacts = {
  context: 4096,
  trainContext: 4096,
  architecture: "none",
  parameters: 1,
  sizeBytes: 1_000_000,
  backend: "cpu",
  devices: [],
  threads: 1,
  gpuLayers: null,
  totalLayers: null,
  exact: { holds: true, reason: "Nothing is computed." },
  loadMs: 1,
  chatTemplate: { source: "file", note: null },
  reasoning: null,
};
