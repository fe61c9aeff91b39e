import {
  capped,
  closed,
  counter,
  type FactsUnder,
  namedBy,
  type Topic,
  topic,
} from 'tta-observability-integration/telemetry';
// For their facts: every name that a semantic shadow may state must have its entry below.
import type {} from './facts.ts';

const metrics = {
  hits: counter(
    'semantic_shadow_hits_total',
    '{request}',
    'Requests that a semantic cache with that threshold would have answered, by what a comparison of the answers said.',
    capped('operation'),
    capped('threshold'),
    closed('verdict', ['agreed', 'disagreed', 'unjudged']),
  ),
};

/** What becomes of the facts of semantic shadows. */
export const semanticShadowTopic: Topic<FactsUnder<'semanticShadow'>> = topic({
  facts: {
    'semanticShadow.operation': { attribute: 'tta.semantic_shadow.operation', dimension: 'operation' },
    'semanticShadow.wouldHit': {
      // It is known only after the span has ended, so it is no attribute.
      record: ({ threshold, verdict }, recorder) =>
        recorder.add(metrics.hits, [recorder.label('semanticShadow.operation'), String(threshold), verdict]),
    },
  },
  metrics,
  spans: { semantic_shadow: namedBy('semanticShadow.operation') },
});
