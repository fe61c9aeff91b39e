import { expect, it } from 'vitest';
import type { SeenCall, SeenRequest, SeenState } from './seen-request.ts';
import { StateLanes } from './state-lanes.ts';

const call = (failure?: string): SeenCall => ({
  ...{ route: 'large', isRouted: true, model: 'gpt-4o', provider: 'openai', durationMs: 1, costUsd: 0 },
  failure,
});

function request(startedAtMs: number, endedAtMs: number, made: SeenCall, states: SeenState[] = []): SeenRequest {
  const money = { costUsd: 0, knownCostUsd: 0, isPriced: true, wastedUsd: 0 };
  const none = { lookups: [], timeouts: [], retries: [], queued: [], places: [], limits: [], steps: [] };
  const names = { id: 'r', workflowId: 'w', tags: {} };
  const durationMs = endedAtMs - startedAtMs;
  return { ...none, names, startedAtMs, durationMs, workflow: 'w', status: 'ok', money, calls: [made], states };
}

it('takes a route that cools down as ready when it answers after that, or when its router says so', () => {
  const lanes = new StateLanes();
  const cooling = { kind: 'route', name: 'large', state: 'cooling', atMs: 20, untilAtMs: 120 } as const;
  lanes.learn(request(0, 10, call()));
  lanes.learn(request(10, 20, call('rate_limited'), [cooling]));
  lanes.learn(request(5, 40, call()));
  lanes.learn(request(30, 50, call()));
  expect(lanes.healthOf('large')).toMatchObject({ state: 'cooling', sinceAtMs: 20, untilAtMs: 120 });
  lanes.learn(request(130, 140, call()));
  expect(lanes.healthOf('large')).toMatchObject({ state: 'ready', sinceAtMs: 140 });
  lanes.learn(request(140, 150, call('rate_limited'), [{ ...cooling, atMs: 150, untilAtMs: 300 }]));
  lanes.learn(request(160, 170, call(), [{ kind: 'route', name: 'large', state: 'ready', atMs: 170 }]));
  expect(lanes.healthOf('large')).toMatchObject({ state: 'ready', sinceAtMs: 170 });
});

it('says nothing of a route that has only failed, and takes its cooldown from a request that ended later', () => {
  const lanes = new StateLanes();
  lanes.learn(request(0, 100, call('rate_limited')));
  expect(lanes.all).toEqual([]);
  const cooling = { kind: 'route', name: 'large', state: 'cooling', atMs: 50, untilAtMs: 650 } as const;
  lanes.learn(request(0, 110, call('rate_limited'), [cooling]));
  expect(lanes.healthOf('large')).toMatchObject({ state: 'cooling', sinceAtMs: 50, untilAtMs: 650 });
  expect(lanes.troubled).toMatchObject([{ name: 'large', toll: { count: 2 } }]);
});
