export { answerText } from './answer-text.ts';
export { assembleAnswer, type ChunkOptions, chunksOfAnswer } from './assembly.ts';
export { paidBeneath } from './call/beneath.ts';
export type { LlmOperation, LlmOutcome, ReportedCall } from './call/facts.ts';
export { FailedAnswerError, IncompleteStreamError } from './call/failed-answer-error.ts';
export { FailedResponseError } from './call/failed-response-error.ts';
export { type ModelCallOptions, ModelCallPrimitive, modelCall } from './call/model-call.ts';
export type { StreamHealth } from './call/stream-health.ts';
export { type Completion, describeCompletion } from './completion.ts';
export type { AnswerReading, FinishKind, StatedFailure } from './dialects/answer-reading.ts';
export type { AnswerForm, Dialect, FieldRules, RequestDialect, StreamReader } from './dialects/dialect.ts';
export { withoutFields } from './dialects/field-rules.ts';
export { dialectOfRequest, readAnswer, registerDialect, streamReader } from './dialects/registry.ts';
export { isVersionOf } from './model-name.ts';
export { bundledPrices } from './money/bundled-prices.ts';
export type { Cost } from './money/cost.ts';
export type {
  LedgerAsked,
  LedgerAttempt,
  LedgerBaseline,
  LedgerCandidate,
  LedgerDecision,
  LedgerEntry,
  LedgerLookup,
  LedgerRouteHealth,
  LedgerScore,
  LedgerStatus,
  LedgerTimeout,
  LedgerUnpriced,
  SavingCause,
  WasteCause,
} from './money/ledger/entry.ts';
export type { HoldOutGroup, HoldOutOptions } from './money/ledger/hold-out.ts';
export { type HoldOutResult, HoldOutSums } from './money/ledger/hold-out-sums.ts';
export type { Interval } from './money/ledger/interval.ts';
export { isRequest, ledgerEntryOf } from './money/ledger/ledger-entry.ts';
export type { LedgerTotals } from './money/ledger/ledger-sums.ts';
export { type LedgerFile, readLedger } from './money/ledger/read-ledger.ts';
export { SavingsLedger, type SavingsLedgerOptions } from './money/ledger/savings-ledger.ts';
export { type JsonLinesSinkOptions, jsonLinesSink } from './money/ledger/sinks/json-lines.ts';
export type { LedgerSink } from './money/ledger/sinks/sink.ts';
export { type SqliteSinkOptions, sqliteSink } from './money/ledger/sinks/sqlite.ts';
export { AmountSums, type LedgerAmounts } from './money/ledger/totals.ts';
export { costOfUsage, type PricedModel } from './money/model-price.ts';
export { type PriceOptions, priceOf } from './money/price.ts';
export { priceList } from './money/price-list.ts';
export { type PriceQuery, type PriceSource, priceSourceOption } from './money/price-source.ts';
export type { TokenPrice } from './money/token-price.ts';
export type { Usage } from './money/usage.ts';
export type { Modality } from './prompt/modality.ts';
export { type Prompt, promptOf } from './prompt/prompt.ts';
export { modelOf, usageOf } from './usage.ts';
