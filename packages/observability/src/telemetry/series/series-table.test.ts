import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linesOf } from '../../apm/__fixtures__/telemetry-for-test.ts';
import { Counts } from '../counts.ts';
import { capped, closed, counter, gauge, histogram, upDownCounter } from '../metric.ts';
import { pageText, writePage } from '../page/write-page.ts';
import { rate } from '../rate.ts';
import { topic } from '../topic.ts';
import { SELF, telemetryTopic } from '../topics/telemetry.ts';
import { bucketOf } from './series.ts';

const BOUNDS = [0.5, 1, 8];
const PLACE = [capped('town'), closed('side', ['left', 'right']), capped('street')] as const;
const metrics = {
  sent: counter('mails_total', '{mail}', 'Mails.', ...PLACE),
  kept: upDownCounter('mails_kept', '{mail}', 'Mails that are kept.', ...PLACE),
  weight: histogram(BOUNDS)('mail_weight', '', 'Weights.', ...PLACE),
  level: gauge('mail_level', '', 'Level.'),
};
const twice = rate('mail_rate', 'Twice the mails.', metrics.sent, (sumOf, labels) => 2 * sumOf(metrics.sent, labels));
const mailTopic = topic({ metrics, rates: [twice] });
const topics = {
  topicOf: (metric: unknown) =>
    Object.values(mailTopic.metrics).includes(metric as never)
      ? mailTopic
      : Object.values(SELF).includes(metric as never)
        ? telemetryTopic
        : undefined,
};

const counts = (maxDimensionValues?: number): Counts => new Counts({ maxDimensionValues }, topics as never);

/** Sums what the lines of a page say, by the name in front of their labels. */
function sumsOf(page: string): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const [line, value] of linesOf(page)) {
    const [name = ''] = line.split('{');
    sums.set(name, (sums.get(name) ?? 0) + value);
  }
  return sums;
}

const pageOf = async ({ table }: Counts): Promise<string> => pageText(await writePage({ resource: {}, table }, 'text'));

describe('everything that is counted', () => {
  it('adds up on the page at any number of label sets', { timeout: 120_000 }, async () => {
    const towns = fc.integer({ min: 1, max: 400 });
    const streets = fc.integer({ min: 1, max: 75 });
    const cap = fc.constantFrom(5, 100, 500, 40_000);
    await fc.assert(
      fc.asyncProperty(towns, streets, cap, fc.integer({ min: 0, max: 2 ** 20 }), async (many, long, most, seed) => {
        const counted = counts(most);
        const added = { sent: 0, kept: 0, weight: 0, values: 0 };
        for (let town = 0; town < many; town += 1) {
          for (let street = 0; street < long; street += 1) {
            const amount = ((town * 31 + street * 17 + seed) % 4_096) / 256; // sums of these are exact
            const labels = [`t${town}`, amount > 8 ? 'left' : 'right', `s${street}`] as const;
            counted.table.add(metrics.sent, labels, amount);
            counted.table.add(metrics.kept, labels, amount - 8);
            counted.table.measure(metrics.weight, labels, amount);
            added.sent += amount;
            added.kept += amount - 8;
            added.weight += amount;
            added.values += 1;
          }
        }
        const sums = sumsOf(await pageOf(counted));
        expect(sums.get('mails_total')).toBe(added.sent);
        expect(sums.get('mail_rate')).toBe(2 * added.sent);
        expect(sums.get('mails_kept')).toBe(added.kept);
        expect(sums.get('mail_weight_sum')).toBe(added.weight);
        expect(sums.get('mail_weight_count')).toBe(added.values);
      }),
      { numRuns: 12, examples: [[400, 75, 40_000, 1]] }, // 30,000 label sets
    );
  });

  it('counts whole label sets past the limit as _other, and how many they were', async () => {
    const counted = counts(150);
    for (let index = 0; index < 150 * 150; index += 1) {
      counted.table.add(metrics.sent, [`t${index % 150}`, 'left', `s${Math.trunc(index / 150)}`]);
    }
    const lines = linesOf(await pageOf(counted));
    expect(lines.get('mails_total{town="_other",side="_other",street="_other"}')).toBe(12_500);
    expect(lines.get('telemetry_overflow_total{dimension="mails_total"}')).toBe(12_500);
    counted.table.add(metrics.sent, ['one too many', 'left', 's0']);
    expect(linesOf(await pageOf(counted)).get('telemetry_overflow_total{dimension="town"}')).toBe(1);
  });

  it('puts each value into the first bucket whose bound is not below it', async () => {
    const counted = counts();
    for (const value of [0, 0.5, 0.6, 1, 8, 9]) counted.table.measure(metrics.weight, ['a', 'left', 'b'], value);
    const page = await pageOf(counted);
    const labels = 'town="a",side="left",street="b"';
    expect(page).toContain(
      [
        `mail_weight_bucket{${labels},le="0.5"} 2`,
        `mail_weight_bucket{${labels},le="1"} 4`,
        `mail_weight_bucket{${labels},le="8"} 5`,
        `mail_weight_bucket{${labels},le="+Inf"} 6`,
        `mail_weight_sum{${labels}} 19.1`,
        `mail_weight_count{${labels}} 6`,
      ].join('\n'),
    );
  });

  it('finds the bucket that looking at each bound finds', () => {
    const bounds = fc.uniqueArray(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(bounds, fc.double({ min: 0, max: 120, noNaN: true }), (unsorted, value) => {
        const sorted = unsorted.toSorted((a, b) => a - b);
        const index = sorted.findIndex((bound) => value <= bound);
        expect(bucketOf(sorted, value)).toBe(index === -1 ? sorted.length : index);
      }),
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -1])('refuses %s as a value of a histogram', (value) => {
    expect(() => counts().table.measure(metrics.weight, ['a', 'left', 'b'], value)).toThrow(RangeError);
  });

  it('asks for gauges that are only known by asking, before each reading and no longer than wanted', async () => {
    const counted = counts();
    let level = 1;
    const end = counted.table.onRead(() => counted.table.set(metrics.level, [], level));
    expect(linesOf(await pageOf(counted)).get('mail_level')).toBe(1);
    level = 2;
    expect(linesOf(await pageOf(counted)).get('mail_level')).toBe(2);
    end();
    level = 3;
    expect(linesOf(await pageOf(counted)).get('mail_level')).toBe(2);
  });

  it('leaves a rate out that cannot be computed, and counts that', async () => {
    const broken = rate('mail_rate', 'Broken.', metrics.sent, () => {
      throw new Error('not now');
    });
    const brokenTopic = topic({ metrics, rates: [broken] });
    const counted = new Counts(
      {},
      {
        topicOf: (metric) => (Object.values(metrics).includes(metric as never) ? brokenTopic : telemetryTopic),
      },
    );
    counted.table.add(metrics.sent, ['a', 'left', 'b']);
    await pageOf(counted);
    const page = await pageOf(counted);
    expect(page).toContain('mails_total{');
    expect(page).not.toContain('mail_rate');
    expect(linesOf(page).get('telemetry_errors_total')).toBeGreaterThan(0);
  });

  it('keeps labels apart that hold halves of characters, or prints them as one', async () => {
    const counted = counts();
    for (const town of ['\ud800', '\ud801']) counted.table.add(metrics.sent, [town, 'left', 'b']);
    const lines = linesOf(await pageOf(counted));
    expect(lines.get('mails_total{town="\ufffd",side="left",street="b"}')).toBe(2);
  });
});
