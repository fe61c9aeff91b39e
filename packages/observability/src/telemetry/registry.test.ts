import { describe, expect, it } from 'vitest';
import { state, stating } from '../apm/__fixtures__/stating-primitive.ts';
import { telemetryForTest } from '../apm/__fixtures__/telemetry-for-test.ts';
import { capped, closed, counter, type Dimension, gauge, histogram, type Metric } from './metric.ts';
import { TopicRegistry } from './registry.ts';
import { registerTopic, sharedRegistry } from './shared-registry.ts';
import { type Topic, topic } from './topic.ts';

type StateAny = (name: string, value: unknown) => void;

const counting = (...metrics: Metric[]): Topic => topic({ metrics: Object.fromEntries(Object.entries(metrics)) });
const counted = (name: string): Metric => counter(name, '', 'Something.');

/** Counts a fact that only this test states. */
function mailTopic(...dimensions: Dimension[]): Topic {
  const mails = counter('mails_total', '{mail}', 'Mails.', ...dimensions);
  const record: Topic['facts'][string]['record'] = (kind: unknown, recorder) =>
    recorder.add(mails, [String(kind)] as never);
  return { facts: { 'mail.kind': { attribute: 'mail.kind', record } }, metrics: { mails }, rates: [], spans: {} };
}

const stateMail = (kind: string): Promise<void> => state('mail', (note) => (note as StateAny)('mail.kind', kind));

describe('registerTopic', () => {
  it.each([
    ['metric', counting(counted('cache_hits_total')), 'the metric cache_hits_total already; give yours another name'],
    ['printed metric', counting(counted('cache.hits')), 'the metric cache_hits_total already'],
    ['rate', counting(gauge('timeout_rate', '', 'Mine.')), 'the metric timeout_rate already'],
    ['series', counting(gauge('router_execution_seconds_sum', '', 'Mine.')), 'metric router_execution_seconds_sum'],
    ['histogram', counting(histogram([1])('cache_latency_seconds', 's', 'Mine.')), 'cache_latency_seconds_bucket'],
    ['reserved name', counting(gauge('target_info', '', 'Mine.')), 'the metric target_info already'],
    ['fact', topic({ facts: { 'cache.tier': {} } }), 'the fact cache.tier already'],
    ['kind of span', topic({ spans: { router: { name: () => 'mine' } } }), 'the kind of span router already'],
  ])('refuses a %s of another topic, and takes nothing of the refused one', (_what, refused, sentence) => {
    const before = sharedRegistry.topics;
    expect(() => registerTopic(refused)).toThrow(sentence);
    expect(sharedRegistry.topics).toEqual(before);
  });

  it('refuses what was not made by topic and is none', () => {
    expect(() => registerTopic({ metrics: { hits: { name: 'x' } } } as never)).toThrow(
      "registerTopic: metrics.hits.kind must be 'counter'",
    );
  });

  it('counts from the next execution on, with telemetry that runs and with one that begins later', async () => {
    await using telemetry = await telemetryForTest();
    await stateMail('news');
    const unregister = registerTopic(mailTopic(capped('type')));
    await stateMail('news');
    expect(await telemetry.read('mails_total{type="news"}')).toBe(1);
    await telemetry.observability.shutdown();
    await using later = await telemetryForTest();
    await stateMail('news');
    expect(await later.read('mails_total{type="news"}')).toBe(1);
    unregister();
    await stateMail('news');
    expect(await later.read('mails_total{type="news"}')).toBe(1);
    expect(later.handle.finishedSpans().at(-1)?.attributes).toMatchObject({ 'mail.kind': 'news' });
  });

  it('takes the same topic again, also from another copy of its package, and another one in its place after its end', () => {
    const registry = new TopicRegistry();
    const first = mailTopic(capped('type'));
    const unregister = registry.register(first);
    registry.register(first)();
    registry.register(mailTopic(capped('type')))();
    expect(registry.topics).toEqual([first]);
    expect(() => registry.register(mailTopic(capped('operation')))).toThrow('mails_total already');
    unregister();
    const second = mailTopic(capped('operation'));
    registry.register(second);
    expect(registry.topics).toEqual([second]);
  });

  it('is one for all copies of this package', async () => {
    const copy: typeof import('./shared-registry.ts') = await import('./shared-registry.ts?copy' as string);
    expect(copy.registerTopic).not.toBe(registerTopic);
    expect(copy.sharedRegistry).toBe(sharedRegistry);
  });
});

describe('a topic from outside', () => {
  it('has its capped dimensions capped, also when no fact of it says so', async () => {
    await using telemetry = await telemetryForTest({ maxDimensionValues: 2 });
    const unregister = registerTopic(mailTopic(capped('type')));
    for (const kind of ['a', 'b', 'c', 'd', 'a']) await stateMail(kind);
    unregister();
    expect(await telemetry.read('mails_total{type="a"}')).toBe(2);
    expect(await telemetry.read('mails_total{type="_other"}')).toBe(2);
    expect(await telemetry.read('mails_total{type="c"}')).toBeUndefined();
    expect(await telemetry.read('telemetry_overflow_total{dimension="type"}')).toBe(2);
  });

  it('has values that its closed dimensions do not list counted as _other', async () => {
    await using telemetry = await telemetryForTest();
    const unregister = registerTopic(mailTopic(closed('type', ['news'])));
    for (const kind of ['news', 'a prompt']) await stateMail(kind);
    unregister();
    expect(await telemetry.read('mails_total{type="news"}')).toBe(1);
    expect(await telemetry.read('mails_total{type="_other"}')).toBe(1);
    expect(await telemetry.handle.metricsText()).not.toContain('a prompt');
  });

  it('cannot harm the work, its span or other topics when it fails', async () => {
    await using telemetry = await telemetryForTest();
    const fail = (): never => {
      throw new Error('a broken topic');
    };
    const unlisted = counter('mails_total', '{mail}', 'Mails.');
    const broken: Topic = {
      facts: { 'mail.kind': { record: (_kind, recorder) => recorder.add(unlisted, []), onEnd: fail } },
      metrics: {},
      rates: [],
      spans: { mail: { name: fail } },
    };
    const unregister = registerTopic(broken);
    const mail = stating('mail', 'send', (note) => {
      note('timeout.operation', 'send');
      (note as StateAny)('mail.kind', 'news');
      note('timeout.outcome', 'success');
      return 'sent';
    });
    expect(await mail.execute(undefined)).toBe('sent');
    unregister();
    expect(telemetry.handle.finishedSpans()).toMatchObject([{ name: 'send' }]);
    expect(await telemetry.read('timeout_execution_seconds_count{operation="send"}')).toBe(1);
    // The name of the span, the metric that no topic lists, and the end of the fact.
    expect(await telemetry.read('telemetry_errors_total')).toBe(3);
  });
});
