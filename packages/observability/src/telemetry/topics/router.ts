// For their facts: every name that a router may state must have its entry below.
import type {} from '../../primitives/router/facts.ts';
import { capped, closed, counter, inference, upDownCounter } from '../metric.ts';
import { type FactsUnder, type Topic, topic } from '../topic.ts';

const ROUTE = capped('route');

const ERROR_TYPES = [
  ...['authentication', 'bad_response', 'cancelled', 'http_4xx', 'http_5xx', 'network', 'rate_limit', 'timeout'],
  ...['other'],
] as const;

const REFUSALS = ['budget_exhausted', 'budget_unpriced', 'other'] as const;

const metrics = {
  decisions: counter('router_decisions_total', '{decision}', 'Decisions of routers.', ROUTE, capped('reason')),
  routeSeconds: inference('router_execution_seconds', 's', 'Time a router took to answer, by route taken.', ROUTE),
  routeSavings: upDownCounter(
    'router_cost_savings_usd',
    '{USD}',
    'Cost of the baseline less the cost of the route, US dollars.',
    ROUTE,
  ),
  routeErrors: counter(
    'router_errors_total',
    '{error}',
    'Errors that routes ended with.',
    ROUTE,
    closed('error_type', ERROR_TYPES),
  ),
  routeFallbacks: counter(
    'router_fallbacks_total',
    '{fallback}',
    'Times that a router went on from a route to another one.',
    ROUTE,
    closed('error_type', [...ERROR_TYPES, 'unavailable']),
  ),
  refusals: counter(
    'router_refusals_total',
    '{execution}',
    'Executions that a strategy refused.',
    closed('reason', REFUSALS),
  ),
  routeUnpriced: counter(
    'router_unpriced_total',
    '{answer}',
    'Answers whose cost or baseline is not known, left out of the savings.',
    ROUTE,
  ),
};

/** What becomes of the facts of routers. */
export const routerTopic: Topic<FactsUnder<'router'>> = topic({
  facts: {
    'router.route': {
      attribute: 'tta.router.route',
      dimension: 'route',
      record(route, recorder) {
        if (!recorder.isNew(metrics.routeSavings, [route])) return;
        recorder.add(metrics.routeSavings, [route], 0);
        recorder.add(metrics.routeUnpriced, [route], 0);
      },
      onEnd: (route, { seconds }, recorder) => recorder.measure(metrics.routeSeconds, [route], seconds),
    },
    'router.reason': {
      attribute: 'tta.router.reason',
      dimension: 'reason',
      record: (reason, recorder) => recorder.add(metrics.decisions, [recorder.label('router.route'), reason]),
    },
    'router.strategy': { attribute: 'tta.router.strategy' },
    'router.score': {},
    'router.candidates': {},
    'router.baseline': { attribute: ({ costUsd }) => (costUsd === null ? {} : { 'tta.router.baseline_usd': costUsd }) },
    'router.health': {},
    'router.estimatedCostUsd': { attribute: 'tta.router.estimated_cost_usd' },
    'router.fallback': {
      attribute: ({ route, errorType }) => ({
        'tta.router.failed_route': route,
        'tta.router.fallback_error_type': errorType,
      }),
      record: ({ errorType }, recorder) =>
        recorder.add(metrics.routeFallbacks, [recorder.label('router.route'), errorType]),
    },
    'router.refusal': {
      attribute: 'tta.router.refusal',
      record: (reason, recorder) => recorder.add(metrics.refusals, [reason]),
    },
    'router.errorType': {
      attribute: 'tta.router.error_type',
      record: (type, recorder) => recorder.add(metrics.routeErrors, [recorder.label('router.route'), type]),
    },
    'router.savedUsd': {
      attribute: 'tta.router.saved_usd',
      record: (usd, recorder) => recorder.add(metrics.routeSavings, [recorder.label('router.route')], usd),
    },
    'router.unpriced': {
      attribute: 'tta.router.unpriced',
      record: (_true, recorder) => recorder.add(metrics.routeUnpriced, [recorder.label('router.route')]),
    },
  },
  metrics,
  spans: { router: { name: ({ name }) => (name === 'router' ? name : `router ${name}`) } },
});
