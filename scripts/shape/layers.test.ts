import { describe, expect, it } from 'vitest';
import { importsOf } from './imports.ts';
import { wrongArrows } from './layers.ts';

const primitives = 'packages/primitives/src';
const observability = 'packages/observability/src';
const evaluation = 'packages/evaluation/src';
const conformance = 'packages/conformance/src';
const dashboard = 'packages/dashboard/src';
const cli = 'packages/cli/src';

/** A folder, something a file in it must not import, and why not. */
const FORBIDDEN: readonly (readonly [folder: string, imported: string])[] = [
  [primitives, 'tta-observability-integration'],
  [primitives, '@opentelemetry/api'],
  [primitives, '../../observability/src/index.ts'],
  [observability, 'tta-cli'],
  [observability, 'tta-evaluation'],
  [observability, 'tta-conformance'],
  [evaluation, 'tta-cli'],
  [evaluation, 'tta-conformance'],
  [observability, 'tta-dashboard'],
  [evaluation, 'tta-dashboard'],
  [dashboard, 'tta-cli'],
  [dashboard, '@opentelemetry/api'],
  [`${dashboard}/wire`, '../index.ts'],
  [`${dashboard}/wire`, 'tta-observability-integration/llm'],
  [conformance, 'tta-evaluation'],
  [cli, '../../primitives/src/index.ts'],
  [`${observability}/apm`, '../../../primitives/src/index.ts'],
  [`${observability}/apm`, '../primitives/index.ts'],
  [`${observability}/apm`, '../llm/index.ts'],
  [`${observability}/apm`, '../adapters/fetch.ts'],
  [`${observability}/apm`, '../index.ts'],
  [`${observability}/telemetry`, '../apm/problem.ts'],
  [`${observability}/telemetry`, '../index.ts'],
  [`${observability}/telemetry`, '../primitives/cache/cache-primitive.ts'],
  [`${observability}/telemetry`, '../primitives/cache/facts.ts'],
  [`${observability}/telemetry`, '../llm/money/price.ts'],
  [`${observability}/telemetry/topics`, '../../apm/problem.ts'],
  [`${observability}/telemetry/topics`, '../../primitives/cache/cache-primitive.ts'],
  [`${observability}/telemetry/topics`, '../../llm/money/price.ts'],
  ...['router', 'cache', 'timeout', 'another'].flatMap((primitive) =>
    [
      '@opentelemetry/api',
      '@opentelemetry/sdk-metrics',
      '../../apm/problem.ts',
      '../../telemetry/metric.ts',
      '../../adapters/fetch.ts',
      '../../index.ts',
      '../index.ts',
      'tta-observability-integration',
      primitive === 'cache' ? '../router/facts.ts' : '../cache/facts.ts',
      primitive === 'timeout' ? '../router/facts.ts' : '../timeout/facts.ts',
    ].map((imported) => [`${observability}/primitives/${primitive}`, imported] as const),
  ),
  [`${observability}/primitives/cache/store`, '../../router/facts.ts'],
  [`${observability}/primitives/cache/store`, '../../../telemetry/metric.ts'],
  [`${observability}/primitives/cache/store/guard`, '../../../router/facts.ts'],
  [`${observability}/primitives/cache/store/guard`, '../../../index.ts'],
  ...['@opentelemetry/api', '../telemetry/metric.ts', '../primitives/cache/facts.ts', '../llm/money/price.ts'].map(
    (imported) => [`${observability}/learning`, imported] as const,
  ),
  [`${observability}/llm`, '@opentelemetry/api'],
  [`${observability}/llm`, '../learning/index.ts'],
  [`${observability}/llm`, '../apm/problem.ts'],
  [`${observability}/llm`, '../telemetry/metric.ts'],
  [`${observability}/llm`, '../primitives/cache/facts.ts'],
  [`${observability}/llm`, '../index.ts'],
  [`${observability}/adapters`, '@opentelemetry/api'],
  [`${observability}/adapters`, '../apm/problem.ts'],
  [`${observability}/adapters`, '../telemetry/metric.ts'],
];

const ALLOWED: readonly (readonly [folder: string, imported: string])[] = [
  [observability, 'tta-dev-primitives'],
  [evaluation, 'tta-observability-integration/learning'],
  [conformance, 'tta-observability-integration/llm'],
  [dashboard, 'tta-observability-integration/llm'],
  [dashboard, './wire/index.ts'],
  [cli, 'tta-evaluation'],
  [cli, 'tta-dashboard'],
  [cli, 'tta-observability-integration/primitives'],
  [`${observability}/apm`, '../telemetry/spans.ts'],
  [`${observability}/apm`, '@opentelemetry/api'],
  [`${observability}/telemetry/topics`, '../../primitives/cache/facts.ts'],
  [`${observability}/telemetry/topics`, '../../llm/call/facts.ts'],
  [`${observability}/primitives/cache`, '../../llm/usage.ts'],
  [`${observability}/primitives/cache`, '../priced-step.ts'],
  [`${observability}/primitives/cache`, '../../learning/features.ts'],
  [`${observability}/primitives/cache/store`, '../facts.ts'],
  [`${observability}/primitives/cache/store`, '../../priced-step.ts'],
  [`${observability}/primitives/cache/store`, '../../../llm/usage.ts'],
  [`${observability}/primitives/cache/store/guard`, '../../key/cache-key.ts'],
  [`${observability}/primitives/cache/store/guard`, '../../../../llm/usage.ts'],
  [`${observability}/adapters`, '../primitives/index.ts'],
  [primitives, 'node:util'],
];

const findings = (folder: string, imported: string): string[] =>
  wrongArrows(importsOf([{ path: `${folder}/planted.ts`, text: `\nimport type { One } from '${imported}';\n` }]));

describe('wrongArrows', () => {
  it.each(FORBIDDEN)('refuses that %s imports %s', (from, imported) => {
    expect(findings(from, imported)).toEqual([expect.stringMatching(`^${from}/planted.ts:2: .* (?:must|may) `)]);
  });

  it.each(ALLOWED)('allows that %s imports %s', (from, imported) => {
    expect(findings(from, imported)).toEqual([]);
  });

  it('lets the index alone import every primitive', () => {
    const text = "export type { CacheTier } from './cache/facts.ts';";
    const found = ['index.ts', 'priced-step.ts'].map((name) =>
      wrongArrows(importsOf([{ path: `${observability}/primitives/${name}`, text }])),
    );
    expect(found).toEqual([[], [expect.stringContaining('must not import observability/primitives/cache')]]);
  });

  it('says in one sentence what is imported, and what may be', () => {
    expect(findings(`${observability}/primitives/cache`, '../../telemetry/metric.ts')).toEqual([
      'packages/observability/src/primitives/cache/planted.ts:2: observability/primitives/cache must not import observability/telemetry; ' +
        'it may import primitives, observability/llm, observability/learning, observability/limits, observability/store, observability/primitives',
    ]);
  });
});
