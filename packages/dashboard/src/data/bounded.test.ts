import { expect, it } from 'vitest';
import { Observations } from './observations.ts';
import type { SeenRequest } from './seen-request.ts';
import { nameOf } from './text.ts';

const START = Date.UTC(2026, 10, 28);

/** A request with names of its own everywhere, as hostile traffic has. */
function seen(index: number, startedAtMs: number): SeenRequest {
  const name = nameOf(`name ${index} `.padEnd(1_000, 'x'));
  return {
    names: { id: `id-${index}`, tenant: name, tags: {} },
    startedAtMs,
    durationMs: 20,
    workflow: name,
    status: 'ok',
    answeredBy: 'model',
    route: name,
    model: name,
    money: { costUsd: 0.001, knownCostUsd: 0.001, isPriced: true, wastedUsd: 0 },
    calls: [{ route: name, isRouted: true, model: name, provider: null, durationMs: 10, costUsd: 0.001 }],
    lookups: [{ operation: name, word: 'miss', durationMs: 1 }],
    decision: { router: name, reason: name, text: '', route: name, fallbacks: [], isFallback: false, candidates: [] },
    timeouts: [{ operation: name, limitMs: 1, graceMs: null }],
    retries: [],
    queued: [],
    states: [{ kind: 'breaker', name, state: 'open', atMs: startedAtMs }],
    places: [],
    limits: [],
    steps: [],
  };
}

it('holds as much after an hour of a thousand requests a minute as before it, and keeps every sum', () => {
  let nowMs = START;
  const observations = new Observations({
    source: { kind: 'process', name: '', address: '' },
    maxRequests: 500,
    now: () => nowMs,
  });
  const sizes = (): readonly number[] => [
    observations.log.kept,
    observations.routes.all.length,
    observations.lanes.all.length,
    [...observations.timeline.read('1h', nowMs).all.operations.entries()].length,
  ];
  const early: number[] = [];
  for (let index = 0; index < 60_000; index += 1) {
    nowMs = START + index * 60;
    observations.end(seen(index, nowMs - 20), false);
    if (index === 1_000) early.push(...sizes());
  }
  expect(sizes()).toEqual(early);
  const { all } = observations.timeline.read('24h', nowMs);
  let calls = 0;
  for (const [, route] of all.routes.entries()) calls += route.calls;
  expect([all.requests, calls, observations.log.lastSeq]).toEqual([60_000, 60_000, 60_000]);
  expect(all.money.spentUsd).toBeCloseTo(60, 6);
});

it('forgets the ids of requests that gave way', () => {
  const observations = new Observations({
    source: { kind: 'process', name: '', address: '' },
    maxRequests: 2,
    now: () => START,
  });
  for (let index = 0; index < 3; index += 1) observations.end(seen(index, START), false);
  expect(['id-0', 'id-1', 'id-2'].map((id) => observations.log.find(id)?.seq)).toEqual([undefined, 2, 3]);
});

it.each([
  ['<script>alert(1)</script>', '<script>alert(1)</script>'],
  ['a\nb\u202Ec', 'a\nb\u202Ec'],
  ['x'.repeat(10_000), `${'x'.repeat(199)}…`],
  [`${'x'.repeat(198)}${'😀'.repeat(5)}`, `${'x'.repeat(198)}…`],
])('keeps a name as text, and cuts a long one between characters', (name, kept) => {
  expect(nameOf(name)).toBe(kept);
});
