import { describe, expect, it } from 'vitest';
import { parsePromql } from './promql.ts';

describe('parsePromql', () => {
  it('finds series, labels and windows', () => {
    const { selectors, groupedBy, overTime } = parsePromql(
      'sum by (route, le) (rate(a_bucket{job=~"x",route!=""}[5m])) / on (job) b',
    );
    expect(selectors).toEqual([
      { series: 'a_bucket', labels: ['job', 'route'] },
      { series: 'b', labels: [] },
    ]);
    expect(groupedBy).toEqual(['route', 'le', 'job']);
    expect(overTime).toEqual([{ name: 'rate', window: '5m' }]);
  });

  it.each([
    ['a / b > 0.5', ['a / b']],
    ['(a > 1 and b > 2) unless c == 0', ['a', 'b', 'c']],
    ['a > b', ['a', 'b']],
    ['a == 0 or vector(0)', ['a', 'vector(0)']],
    ['a:rate5m > (14.4 * 0.01) and on (job) b < 2', ['a:rate5m', '14.4 * 0.01', 'b']],
  ])('takes %s apart into what must have values', (text, operands) => {
    expect(parsePromql(text).operands).toEqual(operands);
  });

  it('refuses what is not PromQL', () => {
    expect(() => parsePromql('sum((')).toThrow('not PromQL at');
  });
});
