/** Everything that the server sends to the page: types alone, without imports from Node.js. */
export type { AskedRange, Buckets, Counted, Known, MeasuredShare, Period, Quantiles, Range, Usd } from './amounts.ts';
export type { Cache, CacheLine, StoreState } from './cache.ts';
export type { EventQuery, ScreenName, Screens, StateEvent } from './events.ts';
export type {
  Figure,
  Figures,
  LatencyChart,
  OutcomeChart,
  Overview,
  SavedHeadline,
  SpendChart,
} from './overview.ts';
export type {
  Candidate,
  CostLine,
  Decision,
  RequestComparison,
  RequestDetail,
  RequestNames,
  RequestStep,
  StreamHealth,
} from './request-detail.ts';
export type { CacheWord, RequestRow, RequestStatus } from './request-row.ts';
export type {
  Facet,
  Facets,
  RequestHistogram,
  RequestPage,
  RequestQuery,
  RequestSort,
  RequestsSummary,
} from './requests.ts';
export type { Bulkheads, LimitLine, Resilience, Retries, StateLane, Timeouts } from './resilience.ts';
export type { RouteCard, RouteHealth, RouterCard, Routes, ScoreHistogram } from './routes.ts';
export type { BridgeStep, HoldOut, Savings, SavingsLine } from './savings.ts';
export type { Banner, BannerKind, BannerLevel, Kept, RouteInfo, Source, Status } from './status.ts';
export type { PolicyLine, WhatIf } from './what-if.ts';
