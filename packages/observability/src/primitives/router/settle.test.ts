import { WorkflowContext } from 'tta-dev-primitives';
import { manualClock } from 'tta-dev-primitives/testing';
import { describe, expect, it } from 'vitest';
import { answered, never } from './__fixtures__/routing.ts';
import { RouterPrimitive } from './router-primitive.ts';
import type { RoutingDecision, RoutingStrategy, Settlement } from './strategy.ts';

const price = { inputPerMillionUsd: 1, outputPerMillionUsd: 1 };

function settling(decide: (settle: RoutingDecision['settle']) => ReturnType<RoutingStrategy<unknown>['decide']>) {
  const settled: Settlement[] = [];
  const strategy: RoutingStrategy<unknown> = { decide: () => decide((settlement) => settled.push(settlement)) };
  return { strategy, settled };
}

function routerBy(
  strategy: RoutingStrategy<unknown>,
  step: (input: unknown, context: WorkflowContext) => unknown = () => answered(60, 40),
) {
  return new RouterPrimitive({ only: { step, price } }, { strategy, defaultRoute: 'only', decisionTimeoutMs: 100 });
}

describe('a decision', () => {
  it('is settled with the cost of the answer', async () => {
    const { strategy, settled } = settling((settle) => ({ route: 'only', settle }));
    await routerBy(strategy).execute('');
    expect(settled).toEqual([{ costUsd: 100 / 1e6 }]);
  });

  it('is settled with nothing spent when the route fails', async () => {
    const { strategy, settled } = settling((settle) => ({ route: 'only', settle }));
    const failing = routerBy(strategy, () => Promise.reject(new Error('failed')));
    await expect(failing.execute('')).rejects.toThrow('failed');
    expect(settled).toEqual([{ costUsd: 0 }]);
  });

  it('is settled when a stream has ended, and with an unknown cost when that was left half-way', async () => {
    const { strategy, settled } = settling((settle) => ({ route: 'only', settle }));
    const streaming = routerBy(strategy, async function* () {
      yield 'begun';
      yield answered(60, 40);
    });
    const stream = (await streaming.execute('')) as AsyncIterable<unknown>;
    expect(settled).toEqual([]);
    for await (const _ of stream);
    expect(settled).toEqual([{ costUsd: 100 / 1e6 }]);
    for await (const _ of (await streaming.execute('')) as AsyncIterable<unknown>) break;
    expect(settled.at(-1)).toEqual({ costUsd: null });
    await ((await streaming.execute('')) as AsyncGenerator<unknown>).return(undefined);
    expect(settled.slice(2)).toEqual([{ costUsd: null }]);
  });

  it('is settled with nothing spent when it comes too late, or names a route that there is not', async () => {
    const clock = manualClock();
    const late = Promise.withResolvers<RoutingDecision>();
    let told: RoutingDecision['settle'];
    const slow = settling((settle) => {
      told = settle;
      return late.promise;
    });
    const answer = routerBy(slow.strategy).execute('', new WorkflowContext({ clock }));
    await clock.advance(100);
    await answer;
    expect(slow.settled).toEqual([]);
    late.resolve({ route: 'only', settle: told });
    await clock.advance(0);
    expect(slow.settled).toEqual([{ costUsd: 0 }]);

    const lost = settling((settle) => ({ route: 'nowhere', settle }));
    await routerBy(lost.strategy).execute('');
    expect(lost.settled).toEqual([{ costUsd: 0 }]);
  });

  it('is settled with an unknown cost when the caller gives up while the route works', async () => {
    const { strategy, settled } = settling((settle) => ({ route: 'only', settle }));
    const controller = new AbortController();
    const waiting = routerBy(strategy, (_, context) =>
      Promise.race([never, new Promise((_, reject) => context.onAbort(reject))]),
    );
    const answer = waiting.execute('', new WorkflowContext({ signal: controller.signal }));
    await manualClock().advance(0);
    controller.abort(new Error('left'));
    await expect(answer).rejects.toThrow('left');
    expect(settled).toEqual([{ costUsd: null }]);
  });

  it('does not cost the caller the answer when settling fails, at once or later', async () => {
    for (const settle of [
      () => {
        throw new Error('no');
      },
      () => Promise.reject(new Error('no')) as never,
    ]) {
      await expect(routerBy({ decide: () => ({ route: 'only', settle }) }, () => 'answer').execute('')).resolves.toBe(
        'answer',
      );
    }
    await new Promise((resolve) => setImmediate(resolve)); // an unheard rejection would fail the run
  });
});
