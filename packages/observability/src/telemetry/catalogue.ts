import type { Attributes } from '@opentelemetry/api';
import type { Facts } from 'tta-dev-primitives';
import type { FactName } from 'tta-dev-primitives/internal';
import { CACHE_ADVISOR_METRICS, cacheAdvisorCatalogue } from './cache-advisor-catalogue.ts';
import { CACHE_METRICS, CACHE_RATES, cacheCatalogue } from './cache-catalogue.ts';
import { CASCADE_METRICS, cascadeCatalogue } from './cascade-catalogue.ts';
import type { OpenDimension } from './dimensions.ts';
import { LLM_METRICS, llmCatalogue } from './llm-catalogue.ts';
import { counter, type Metric, type Rate } from './metric.ts';
import type { Recording } from './recording.ts';
import { RECOVERY_METRICS, recoveryCatalogue } from './recovery-catalogue.ts';
import { ROUTER_METRICS, routerCatalogue } from './router-catalogue.ts';
import { ROUTING_LOG_METRICS, routingLogCatalogue } from './routing-log-catalogue.ts';
import { SCORE_DRIFT_METRICS, scoreDriftCatalogue } from './score-drift-catalogue.ts';
import { SEMANTIC_SHADOW_METRICS, semanticShadowCatalogue } from './semantic-shadow-catalogue.ts';
import { SHADOW_METRICS, shadowCatalogue } from './shadow-catalogue.ts';
import { TIMEOUT_METRICS, TIMEOUT_RATES, timeoutCatalogue } from './timeout-catalogue.ts';

/** Attributes of every span, whatever its primitive. */
export const ATTRIBUTES = {
  kind: 'tta.kind',
  name: 'tta.name',
  ending: 'tta.ending',
  attempt: 'tta.retry.attempt',
  workflowId: 'tta.workflow.id',
  correlationId: 'tta.correlation.id',
  tenantId: 'tta.tenant.id',
  sessionId: 'session.id',
  errorType: 'error.type',
} as const;

/** Counts what telemetry itself could not do. */
export const SELF: {
  readonly overflow: Metric<readonly ['dimension']>;
  readonly errors: Metric<readonly []>;
} = {
  overflow: counter(
    'telemetry_overflow_total',
    '{value}',
    'Values counted as _other because their dimension was full.',
    'dimension',
  ),
  errors: counter('telemetry_errors_total', '{error}', 'Facts that could not be recorded.'),
};

/** Every metric, rates excepted. */
export const METRICS: readonly Metric[] = [
  ...ROUTER_METRICS,
  ...CACHE_METRICS,
  ...CACHE_ADVISOR_METRICS,
  ...SEMANTIC_SHADOW_METRICS,
  ...CASCADE_METRICS,
  ...SHADOW_METRICS,
  ...ROUTING_LOG_METRICS,
  ...SCORE_DRIFT_METRICS,
  ...TIMEOUT_METRICS,
  ...LLM_METRICS,
  ...Object.values(SELF),
  ...RECOVERY_METRICS,
];

/** Gauges that are computed from the counters above at each read. */
export const RATES: readonly Rate[] = [...CACHE_RATES, ...TIMEOUT_RATES];

/** How an execution ended, for what is measured over its whole length. */
export interface Measured {
  readonly seconds: number;
  /** The type of the error it failed with. */
  readonly errorType: string | undefined;
}

/** What becomes of one fact. */
export interface FactEntry<Name extends FactName> {
  /** The span attribute that holds the value, or how the value becomes attributes. */
  readonly attribute: string | ((value: Facts[Name]) => Attributes);
  /** The open dimension that the value is a value of; it is capped before anything is counted under it. */
  readonly dimension?: OpenDimension;
  /** Whether the value names the span: `cache {value}`. */
  readonly namesSpan?: boolean;
  /** The name that the value gives the span, where that is another one. */
  readonly spanName?: (value: Facts[Name], stated: ReadonlyMap<FactName, Facts[FactName]>) => string;
  /** What is counted as soon as the fact is stated, however often and however late. */
  readonly record?: (value: Facts[Name], recording: Recording) => void;
  /** What is measured when the execution has ended, with the newest value stated. */
  readonly onEnd?: (value: Facts[Name], measured: Measured, recording: Recording) => void;
}

/** Every fact that a primitive may state; a fact without an entry does not compile. */
export type Catalogue = { readonly [Name in FactName]: FactEntry<Name> };

/** The part of the catalogue whose facts begin with one word. */
export type CatalogueOf<Topic extends string> = Pick<Catalogue, Extract<FactName, `${Topic}.${string}`>>;

const catalogue: Catalogue = {
  ...recoveryCatalogue,
  ...timeoutCatalogue,
  ...cacheCatalogue,
  ...cacheAdvisorCatalogue,
  ...semanticShadowCatalogue,
  ...routerCatalogue,
  ...cascadeCatalogue,
  ...shadowCatalogue,
  ...routingLogCatalogue,
  ...scoreDriftCatalogue,
  ...llmCatalogue,

  'conditional.branch': { attribute: 'tta.conditional.branch' },
};

/** The entry of a fact; none for a fact of a user's own primitive, which no catalogue can know. */
export function entryOf<Name extends FactName>(name: Name): FactEntry<Name> | undefined {
  return catalogue[name];
}
