import type { CatalogueOf } from './catalogue.ts';
import { counter, type Metric } from './metric.ts';

const metrics = {
  hits: counter(
    'semantic_shadow_hits_total',
    '{request}',
    'Requests that a semantic cache with that threshold would have answered, by what a comparison of the answers said.',
    'operation',
    'threshold',
    'verdict',
  ),
};

export const SEMANTIC_SHADOW_METRICS: readonly Metric[] = Object.values(metrics);

/** What becomes of the facts of semantic shadows. */
export const semanticShadowCatalogue: CatalogueOf<'semanticShadow'> = {
  'semanticShadow.operation': { attribute: 'tta.semantic_shadow.operation', dimension: 'operation', namesSpan: true },
  'semanticShadow.wouldHit': {
    attribute: () => ({}), // it is known only after the span has ended
    record: ({ threshold, verdict }, recording) =>
      recording.add(metrics.hits, [recording.label('semanticShadow.operation'), String(threshold), verdict]),
  },
};
