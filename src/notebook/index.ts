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
export type { CalledTool, FunctionTool, ToolChoiceOption, ToolOptions } from "../server/wire/tools.js";
export type { Answer, BatchAnswer, BatchEntry, BatchPrompt } from "./client/answer.js";
export type { ApiKey } from "./client/api-key.js";
export type { OngoingBatch } from "./client/batch-work.js";
export type { KeptAnswer } from "./client/kept-answer.js";
export type { KeptAnswers } from "./client/kept-answers.js";
export type { Ongoing, OngoingState } from "./client/ongoing.js";
export type { Reply } from "./client/reply.js";
export { LabRequestError, type LabRequestErrorDetails } from "./client/request-error.js";
export type { Token, TokenList } from "./client/token-list.js";
export type { DoctorReport, Finding, FindingState } from "./doctor/finding.js";
export type { ChatOptions, GenerateOptions, RequestOptions } from "./lab/ask.js";
export type { TemplateOptions, TokensOptions } from "./lab/ask-tokens.js";
export type { BatchItem, BatchOptions } from "./lab/batch.js";
export type { BatchInput, BatchInputWithOptions } from "./lab/batch-inputs.js";
export { type ConnectOptions, connectLab } from "./lab/connect-lab.js";
export type { Conversation } from "./lab/conversation.js";
export { currentLab } from "./lab/current-lab.js";
export type { Lab, StopReceipt } from "./lab/lab.js";
export type { LabLog } from "./lab/lab-log.js";
export type { LabModels, LoadOptions } from "./lab/lab-models.js";
export type { EmbedOptions, MeasureOptions, RankedDocument, RerankOptions } from "./lab/measure.js";
export type { OpenaiSettings } from "./lab/openai-settings.js";
export type { OtherSpellings } from "./lab/option-spellings.js";
export type { DescribedSchema, SchemaOption } from "./lab/schema-option.js";
export type { CreatedPass, LabPasses, Pass, PassOptions } from "./publish/passes.js";
export type { Publication } from "./publish/publication.js";
export type { PublishOptions } from "./publish/publish-options.js";
export { startLab } from "./start/start-lab.js";
export type { StartOptions } from "./start/start-options.js";
