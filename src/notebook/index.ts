/** What a cell gets from `import … from "locallab"`. */
export type {
  AnswerExtras,
  BatchError,
  ChatMessage,
  FinishReason,
  SamplingOptions,
  Timings,
  Usage,
} from "../server/wire/generation.js";
export type { CurrentModel, ModelEntry, ModelList, ModelState, UnloadResponse } from "../server/wire/models.js";
export type { PassScope, PassState } from "../server/wire/passes.js";
export type { PublicationState } from "../server/wire/publish.js";
export type {
  Amount,
  Health,
  RequestEntry,
  RequestList,
  RequestState,
  ServerState,
  SystemInfo,
} from "../server/wire/system.js";
export type { ApiKey } from "./api-key.js";
export type { GenerateOptions, RequestOptions } from "./ask.js";
export type { BatchAnswer, BatchItem, BatchOptions } from "./batch.js";
export { type ConnectOptions, connectLab } from "./connect-lab.js";
export type { Conversation } from "./conversation.js";
export { currentLab } from "./current-lab.js";
export type { DoctorReport } from "./doctor/examine.js";
export type { Finding, FindingState } from "./doctor/finding.js";
export type { Lab, StopReceipt } from "./lab.js";
export type { LabLog } from "./lab-log.js";
export type { LabModels, LoadOptions } from "./lab-models.js";
export type { Ongoing, OngoingState } from "./ongoing.js";
export type { CreatedPass, LabPasses, Pass, PassOptions } from "./publish/passes.js";
export type { Publication } from "./publish/publication.js";
export type { PublishOptions } from "./publish/publish-options.js";
export type { Answer, Reply } from "./reply.js";
export { LabRequestError, type LabRequestErrorDetails } from "./request-error.js";
export { startLab } from "./start/start-lab.js";
export type { StartOptions } from "./start/start-options.js";
