// For their facts: every name that a router may state must have its entry below.
import type {} from '../primitives/router/facts.ts';
import type { CatalogueOf } from './catalogue.ts';
import { counter, inference, type Metric, upDownCounter } from './metric.ts';

const metrics = {
  decisions: counter('router_decisions_total', '{decision}', 'Decisions of routers.', 'route', 'reason'),
  routeSeconds: inference('router_execution_seconds', 's', 'Time a router took to answer, by route taken.', 'route'),
  routeSavings: upDownCounter(
    'router_cost_savings_usd',
    '{USD}',
    'Cost of the baseline less the cost of the route, US dollars.',
    'route',
  ),
  routeErrors: counter('router_errors_total', '{error}', 'Errors that routes ended with.', 'route', 'error_type'),
  routeFallbacks: counter(
    'router_fallbacks_total',
    '{fallback}',
    'Times that a router went on from a route to another one.',
    'route',
    'error_type',
  ),
  refusals: counter('router_refusals_total', '{execution}', 'Executions that a strategy refused.', 'reason'),
  routeUnpriced: counter(
    'router_unpriced_total',
    '{answer}',
    'Answers whose cost or baseline is not known, left out of the savings.',
    'route',
  ),
};

export const ROUTER_METRICS: readonly Metric[] = Object.values(metrics);

/** What becomes of the facts of routers. */
export const routerCatalogue: CatalogueOf<'router'> = {
  'router.route': {
    attribute: 'tta.router.route',
    dimension: 'route',
    record(route, recording) {
      if (!recording.isNew(metrics.routeSavings, [route])) return;
      recording.add(metrics.routeSavings, [route], 0);
      recording.add(metrics.routeUnpriced, [route], 0);
    },
    onEnd: (route, { seconds }, recording) => recording.record(metrics.routeSeconds, [route], seconds),
  },
  'router.reason': {
    attribute: 'tta.router.reason',
    dimension: 'reason',
    record: (reason, recording) => recording.add(metrics.decisions, [recording.label('router.route'), reason]),
  },
  'router.estimatedCostUsd': { attribute: 'tta.router.estimated_cost_usd' },
  'router.fallback': {
    attribute: ({ route, errorType }) => ({
      'tta.router.failed_route': route,
      'tta.router.fallback_error_type': errorType,
    }),
    record: ({ errorType }, recording) =>
      recording.add(metrics.routeFallbacks, [recording.label('router.route'), errorType]),
  },
  'router.refusal': {
    attribute: 'tta.router.refusal',
    record: (reason, recording) => recording.add(metrics.refusals, [reason]),
  },
  'router.errorType': {
    attribute: 'tta.router.error_type',
    record: (type, recording) => recording.add(metrics.routeErrors, [recording.label('router.route'), type]),
  },
  'router.savedUsd': {
    attribute: 'tta.router.saved_usd',
    record: (usd, recording) => recording.add(metrics.routeSavings, [recording.label('router.route')], usd),
  },
  'router.unpriced': {
    attribute: 'tta.router.unpriced',
    record: (_true, recording) => recording.add(metrics.routeUnpriced, [recording.label('router.route')]),
  },
};
