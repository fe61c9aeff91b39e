import { describe, expect, it } from 'vitest';
import { manualClock } from '../../testing/index.ts';
import { DOWN, fail, refusal, tested } from './__fixtures__/tested-circuit.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import type { CircuitSnapshot } from './circuit-store.ts';

describe('B10 the store of a circuit', () => {
  const open = (openUntilEpochMs: number): CircuitSnapshot => ({
    state: 'open',
    openUntilEpochMs,
    failureCount: 3,
    openings: 1,
  });

  it('never keeps a circuit open for longer than its own recovery time', () => {
    const { breaker } = tested({ store: { load: () => open(Number.MAX_SAFE_INTEGER), save() {} } });
    expect(refusal(breaker)).toMatchObject({ retryAfterMs: 1_000, failureCount: 3 });
  });

  it.each([{ state: 'open' }, { ...open(Number.NaN) }, { ...open(0), state: 'ajar' }, 'open', 7])(
    'is not believed when it holds %j',
    (held) => {
      const errors: unknown[] = [];
      const store = {
        load: () => held as CircuitSnapshot,
        save() {},
        onError: (error: unknown) => void errors.push(error),
      };
      expect(tested({ store }).breaker.state).toBe('closed');
      expect(errors).toHaveLength(1);
    },
  );

  it('keeps a circuit isolated that somebody had isolated', async () => {
    const { clock, breaker } = tested({ store: { load: () => ({ ...open(0), state: 'isolated' }), save() {} } });
    await clock.advance(1_000_000);
    expect(refusal(breaker).retryAfterMs).toBe(Infinity);
  });

  it.each([undefined, null])('may hold nothing: %s', (held) => {
    expect(tested({ store: { load: () => held as undefined, save() {} } }).breaker.state).toBe('closed');
  });

  it('is believed late, unless the circuit has changed its state meanwhile', async () => {
    const clock = manualClock();
    const load = async (): Promise<CircuitSnapshot> => open(clock.epochMs() + 1_000);
    const quiet = new CircuitBreaker({ clock, store: { load, save() {} } });
    const busy = new CircuitBreaker({ clock, failureThreshold: 1, recoveryMs: 5_000, store: { load, save() {} } });
    fail(busy);
    await clock.advance(0);
    expect(refusal(quiet).retryAfterMs).toBe(1_000);
    expect(refusal(busy).retryAfterMs).toBe(5_000);
  });

  it('saves one state at a time, and the newest last', async () => {
    const saves: { readonly state: string; readonly done: () => void }[] = [];
    const save = ({ state }: CircuitSnapshot): Promise<void> =>
      new Promise((resolve) => void saves.push({ state, done: resolve }));
    const { clock, breaker } = tested({ store: { load: () => undefined, save } });
    fail(breaker);
    breaker.isolate();
    breaker.reset();
    expect(saves.map(({ state }) => state)).toEqual(['open']);
    saves[0]?.done();
    await clock.advance(0);
    expect(saves.map(({ state }) => state)).toEqual(['open', 'closed']);
  });

  it('tells its own onError of a save that fails, and saves again', async () => {
    const errors: unknown[] = [];
    const states: string[] = [];
    const store = {
      load: () => undefined,
      save({ state }: CircuitSnapshot): Promise<void> {
        states.push(state);
        return Promise.reject(DOWN);
      },
      onError: (error: unknown) => void errors.push(error),
    };
    const { clock, breaker } = tested({ store });
    fail(breaker);
    await clock.advance(0);
    breaker.reset();
    await clock.advance(0);
    expect({ states, errors }).toEqual({ states: ['open', 'closed'], errors: [DOWN, DOWN] });
  });

  it('saves on after a save whose promise is broken', () => {
    const states: string[] = [];
    const errors: unknown[] = [];
    const broken = {
      // biome-ignore lint/suspicious/noThenProperty: a promise of somebody else, with a fault
      get then(): never {
        throw DOWN;
      },
    };
    const store = {
      load: () => broken as never,
      save({ state }: CircuitSnapshot) {
        states.push(state);
        return broken as never;
      },
      onError: (error: unknown) => void errors.push(error),
    };
    const { breaker } = tested({ store });
    breaker.isolate();
    breaker.reset();
    expect({ states, errors }).toEqual({ states: ['isolated', 'closed'], errors: [DOWN, DOWN, DOWN] });
  });

  it('saves on after a save whose then throws', async () => {
    const states: string[] = [];
    const errors: unknown[] = [];
    const broken = {
      // biome-ignore lint/suspicious/noThenProperty: a promise of somebody else, with a fault
      then(): never {
        throw DOWN;
      },
    };
    const save = ({ state }: CircuitSnapshot): never => {
      states.push(state);
      return broken as never;
    };
    const store = { load: () => undefined, save, onError: (error: unknown) => void errors.push(error) };
    const { clock, breaker } = tested({ store });
    breaker.isolate();
    await clock.advance(0);
    breaker.reset();
    await clock.advance(0);
    expect({ states, errors }).toEqual({ states: ['isolated', 'closed'], errors: [DOWN, DOWN] });
  });

  it('is given up when a save hangs, and gets the newer state', async () => {
    const saves: { readonly state: string; readonly done: () => void }[] = [];
    const save = ({ state }: CircuitSnapshot): Promise<void> =>
      new Promise((resolve) => void saves.push({ state, done: resolve }));
    const { clock, breaker } = tested({ store: { load: () => undefined, save } });
    breaker.isolate();
    await clock.advance(9_999);
    breaker.reset();
    expect(saves.map(({ state }) => state)).toEqual(['isolated']);
    await clock.advance(1);
    breaker.isolate();
    breaker.reset();
    expect(saves.map(({ state }) => state)).toEqual(['isolated', 'isolated']);
    saves[0]?.done(); // too late to start another save beside the one under way
    await clock.advance(0);
    saves[1]?.done();
    await clock.advance(0);
    expect(saves.map(({ state }) => state)).toEqual(['isolated', 'isolated', 'closed']);
  });
});
