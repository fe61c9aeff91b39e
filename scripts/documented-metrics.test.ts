import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { maturityTopic } from '../packages/cli/src/maturity/topic.ts';
import { EVALUATION_TOPICS } from '../packages/evaluation/src/topics.ts';
import type { Metric } from '../packages/observability/src/telemetry/metric.ts';
import { metricsOf } from '../packages/observability/src/telemetry/registry.ts';
import { BUILT_IN_TOPICS } from '../packages/observability/src/telemetry/topics/index.ts';

const PAGE = join(import.meta.dirname, '../docs/metrics.md');

const KINDS = { counter: 'counter', up_down_counter: 'gauge', gauge: 'gauge', histogram: 'histogram' } as const;

/** As Prometheus prints it: conventions have dots in their names, and their counters get their `_total` there. */
function printedName({ kind, name }: Metric): string {
  if (!name.includes('.')) return name;
  return `${name.replaceAll('.', '_')}${kind === 'counter' ? '_total' : ''}`;
}

describe('docs/metrics.md', () => {
  it('has every metric once, with its labels, its type and its description, and no other', async () => {
    const lines = (await readFile(PAGE, 'utf8')).split('\n');
    const rows = lines.filter((line) => /^\| `\w+(?:\{[\w,]+\})?` /.test(line));
    const documented = rows.map((row) => row.split(/ *\| */).slice(1, -1));
    const metrics = [...Object.values(BUILT_IN_TOPICS), ...EVALUATION_TOPICS, maturityTopic].flatMap(metricsOf);
    const wanted = metrics.map((metric) => {
      const labels = metric.dimensions.map(({ name }) => name.replaceAll('.', '_')).join(',');
      return [`\`${printedName(metric)}${labels && `{${labels}}`}\``, KINDS[metric.kind], metric.description];
    });
    expect(documented.sort()).toEqual(wanted.sort());
  });
});
