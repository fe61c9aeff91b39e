import fc from 'fast-check';
import { WorkflowContext } from 'tta-dev-primitives';
import { describe, expect, it } from 'vitest';
import { chatAnswer, chatChunk, REQUEST } from './__fixtures__/chat.ts';
import { FakeStore } from './__fixtures__/fake-store.ts';
import type { CacheOptions } from './cache-options.ts';
import { CachePrimitive } from './cache-primitive.ts';

const RUNS = 120;
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const acme = new WorkflowContext({ tenantId: 'acme' });
const bolt = new WorkflowContext({ tenantId: 'bolt' });

/** How a step gives a text. */
type Giving = (text: string) => unknown;

async function* streamed(text: string): AsyncGenerator<object> {
  yield chatChunk({ role: 'assistant', content: text });
  yield chatChunk({}, 'stop');
}

const JSON_HEADERS = { 'content-type': 'application/json' };
const whole: Giving = (text) => chatAnswer(text);
const KINDS: readonly [string, Giving, Partial<CacheOptions<object>>][] = [
  ['a value', whole, {}],
  ['a shared value', whole, { copy: 'share' }],
  ['a tagged value', whole, { tags: () => ['site'] }],
  ['a stream', streamed, {}],
  ['a response', (text) => Response.json(chatAnswer(text)), { answers: 'bytes' }],
  ['a body', (text) => ({ status: 200, headers: JSON_HEADERS, body: JSON.stringify(chatAnswer(text)) }), {}],
  [
    'bytes that are no text',
    (text) => ({
      status: 200,
      headers: { 'content-type': 'audio/mpeg' },
      body: Buffer.concat([Buffer.from(text), Buffer.of(0xff)]),
    }),
    { answers: 'bytes' },
  ],
];
const encryption = { current: { id: 'k', key: new Uint8Array(32).fill(7) } };
const SEALED = KINDS.map(([what, give, options]) => [`${what}, encrypted`, give, { ...options, encryption }] as const);
const STORED = 'the stored answer of acme';
const OWN = 'the own answer of acme';
const OTHER = 'the answer of bolt';
const OPERATION = { operation: 'chat', ttlJitter: 0 };

async function textOf(answer: unknown): Promise<string> {
  if (answer instanceof Response) return answer.text();
  if (typeof answer !== 'object' || answer === null) return String(answer);
  if (Symbol.asyncIterator in answer) {
    const parts: string[] = [];
    for await (const part of answer as AsyncIterable<unknown>) parts.push(await textOf(part));
    return parts.join('');
  }
  if (answer instanceof Uint8Array) return Buffer.from(answer).toString('latin1');
  return 'body' in answer ? textOf(answer.body) : JSON.stringify(answer);
}

/** What a store holds after both tenants were answered. */
async function filled(give: Giving, options: Partial<CacheOptions<object>>): Promise<ReadonlyMap<string, string>> {
  const store = new FakeStore();
  for (const [text, context] of [[OTHER, bolt] as const, [STORED, acme] as const]) {
    await textOf(
      await new CachePrimitive(() => give(text), { ...OPERATION, ...options, store }).execute(REQUEST, context),
    );
    await settled();
  }
  return store.held;
}

/** The places of a JSON text where a value stands. */
function placesIn(value: unknown, place: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [place];
  return [
    place,
    ...Object.keys(value).flatMap((name) => placesIn((value as Record<string, unknown>)[name], [...place, name])),
  ];
}

/** JSON with other JSON at one place. */
function replaced(json: string, place: readonly string[], by: string): string {
  const mark = '#here#';
  const parsed = JSON.parse(json) as Record<string, unknown>;
  const [last = '', ...inner] = place.toReversed();
  if (last === '') return by;
  const record = inner
    .toReversed()
    .reduce<Record<string, unknown>>((found, name) => found[name] as Record<string, unknown>, parsed);
  record[last] = mark;
  return JSON.stringify(parsed).replace(`"${mark}"`, () => by);
}

const DEEP = '['.repeat(20_000) + ']'.repeat(20_000);
const HOSTILE = [
  ...['null', 'true', '-1', '0.5', '1e400', '-1e400', '1e300', '9007199254740993', '""', '"x"', '[]', '{}', '[[]]'],
  ...['{"__proto__":{"isAdmin":true}}', '{"constructor":{"prototype":1}}', '{"toJSON":1}', '{"then":1}', DEEP],
  ...[
    JSON.stringify('x'.repeat(100_000)),
    String(Date.now() + 1e12),
    String(Date.now() - 1e12),
    '"constructor"',
    '"__proto__"',
  ],
  ...[
    '"stream"',
    '"whole"',
    '"iterable"',
    '"value"',
    '"readable"',
    '"bytes"',
    '"text"',
    '"node_readable"',
    '204',
    '205',
    '299',
  ],
];

const share = fc.double({ min: 0, max: 1, noNaN: true });
const at = <T>(list: readonly T[], where: number): T =>
  list[Math.min(list.length - 1, Math.floor(where * list.length))] as T;

/** A change of what stands under the key of acme's entry. */
const change = fc.oneof(
  fc.record({ kind: fc.constant('header' as const), where: share, by: fc.constantFrom(...HOSTILE) }),
  fc.record({ kind: fc.constant('add' as const), where: share, by: fc.constantFrom(...HOSTILE) }),
  fc.record({
    kind: fc.constantFrom('cut' as const, 'flip' as const),
    where: share,
    by: fc.constantFrom('\u0000', 'x', '"', '\n', '}'),
  }),
  fc.record({
    kind: fc.constantFrom('deep' as const, 'all' as const, 'other' as const, 'payload' as const),
    where: share,
    by: fc.constantFrom(...HOSTILE),
  }),
);
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

/** Which changes of an entry that is not encrypted make another answer of it that nothing can tell from a true one. */
const isForgery = (kind: Change['kind']): boolean => kind === 'flip' || kind === 'payload';

function changed(text: string, other: string, { kind, where, by }: Change): string {
  const end = text.indexOf('\n');
  const header = text.slice(0, end);
  switch (kind) {
    case 'header':
      return replaced(header, at(placesIn(JSON.parse(header)), where), by) + text.slice(end);
    case 'add':
      return `${header.slice(0, -1)},${at(['"__proto__"', '"staleMs"', '"generation"', '"http"', '"coding"', '"instance"', '"more"'], where)}:${by}}${text.slice(end)}`;
    case 'cut':
      return text.slice(0, Math.floor(where * text.length));
    case 'flip': {
      const place = Math.floor(where * text.length);
      return text.slice(0, place) + by + text.slice(place + 1);
    }
    case 'deep':
      return `${header}\n${DEEP}`;
    case 'all':
      return by;
    case 'other':
      return other;
    case 'payload':
      return header + other.slice(other.indexOf('\n'));
  }
}

describe.each([...KINDS, ...SEALED])('an entry of %s that a store has changed', (what, give, options) => {
  it('is a miss or the true answer, and never that of another tenant', async () => {
    const held = await filled(give, options);
    const scope = (text: string): unknown => JSON.parse(text.slice(0, text.indexOf('\n'))).scopeHash;
    const entries = [...held].filter(([, text]) => text.includes('\n'));
    const [[, other], [key, text]] = entries as [[string, string], [string, string]];
    expect(scope(other)).not.toBe(scope(text));
    await fc.assert(
      fc.asyncProperty(change, async (spoiling) => {
        if (isForgery(spoiling.kind) && !what.endsWith('encrypted')) return;
        const store = new FakeStore();
        for (const [each, value] of held) store.held.set(each, value);
        store.held.set(key, changed(text, other, spoiling));
        const cache = new CachePrimitive(() => give(OWN), { ...OPERATION, ...options, store });
        for (let turn = 0; turn < 2; turn += 1) {
          const answer = await textOf(await cache.execute(REQUEST, acme));
          expect(answer.includes(STORED) !== answer.includes(OWN), answer.slice(0, 200)).toBe(true);
          expect(answer).not.toContain(OTHER);
          await settled();
        }
        const { hits, misses, costSavingsUsd } = cache.getStats();
        expect(hits + misses).toBe(2);
        expect(costSavingsUsd).toBeGreaterThanOrEqual(0);
        expect(costSavingsUsd).toBeLessThan(20_000);
      }),
      { numRuns: RUNS, seed: 23 },
    );
  });
});
