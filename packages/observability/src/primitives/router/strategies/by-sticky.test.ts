import { WorkflowContext } from 'tta-dev-primitives';
import { manualClock } from 'tta-dev-primitives/testing';
import { describe, expect, it } from 'vitest';
import { ask, candidate, routeOf } from '../__fixtures__/routing.ts';
import type { RoutingStrategy } from '../strategy.ts';
import { bySticky } from './by-sticky.ts';

const routes = ['a', 'b', 'c'].map((name) => candidate(name));
const session = (sessionId: string, clock = manualClock()) => new WorkflowContext({ sessionId, clock });
const sessions = Array.from({ length: 3_000 }, (_, index) => session(`session ${index}`));

/** Takes the candidates in turn. */
function inTurn(): RoutingStrategy<unknown> & { asked: number } {
  return {
    asked: 0,
    reasons: ['turn'],
    decide(_input, _context, candidates) {
      this.asked += 1;
      return { route: candidates[(this.asked - 1) % candidates.length]?.name ?? '', reason: 'turn' };
    },
  };
}

describe('bySticky without a strategy inside', () => {
  it('sends a session the same way each time, and sessions everywhere alike', () => {
    const taken = sessions.map((each) => routeOf(bySticky(), routes, '', each));
    expect(sessions.map((each) => routeOf(bySticky(), routes.toReversed(), '', each))).toEqual(taken);
    for (const name of ['a', 'b', 'c']) {
      const share = taken.filter((route) => route === name).length / sessions.length;
      expect(Math.abs(share - 1 / 3)).toBeLessThan(0.04);
    }
  });

  it('moves the sessions of a route that fails, and no others', () => {
    const before = sessions.map((each) => routeOf(bySticky(), routes, '', each));
    const after = sessions.map((each) => routeOf(bySticky(), routes.slice(1), '', each));
    const moved = before.filter((route, index) => route !== after[index]);
    expect(new Set(moved)).toEqual(new Set(['a']));
  });

  it('has no opinion on work of no session', () => {
    expect(ask(bySticky(), routes, '')).toBeUndefined();
  });
});

describe('bySticky around a strategy', () => {
  it('asks it for the first request of a session, and keeps the session there', () => {
    const inner = inTurn();
    const strategy = bySticky(inner);
    const [one, two] = [session('1'), session('2')];
    expect([one, two, one, two, one].map((each) => routeOf(strategy, routes, '', each))).toEqual([
      'a',
      'b',
      'a',
      'b',
      'a',
    ]);
    expect(inner.asked).toBe(2);
    expect(ask(strategy, routes, '', one)).toEqual({ route: 'a', reason: 'sticky' });
  });

  it('asks it again when the route may not be taken any more, and keeps the session at the new one', () => {
    const strategy = bySticky(inTurn());
    const one = session('1');
    const without = routes.slice(1);
    expect(routeOf(strategy, routes, '', one)).toBe('a');
    expect(routeOf(strategy, without, '', one)).toBe('c');
    expect(routeOf(strategy, routes, '', one)).toBe('c');
  });

  it('forgets a session that is quiet for longer than its time, and one too many', async () => {
    const clock = manualClock();
    const inner = inTurn();
    const strategy = bySticky(inner, { ttlMs: 1_000, maxKeys: 2 });
    const decide = (id: string) => routeOf(strategy, routes, '', session(id, clock));
    expect([decide('1'), decide('1')]).toEqual(['a', 'a']);
    await clock.advance(999);
    expect(decide('1')).toBe('a');
    await clock.advance(999);
    expect(decide('1')).toBe('a');
    await clock.advance(1_000);
    expect(decide('1')).toBe('b');
    expect([decide('2'), decide('3')]).toEqual(['c', 'a']);
    expect(decide('1')).toBe('b');
    expect(inner.asked).toBe(5);
  });

  it('remembers 10,000 sessions, or as many as it may', () => {
    const inner = inTurn();
    const [usual, one] = [bySticky(inner), bySticky(inTurn(), { maxKeys: 1 })];
    for (let index = 0; index < 10_000; index += 1) routeOf(usual, routes, '', session(`session ${index}`));
    routeOf(usual, routes, '', session('session 0'));
    expect(inner.asked).toBe(10_000);
    for (const id of ['one more', 'session 1']) routeOf(usual, routes, '', session(id));
    expect(inner.asked).toBe(10_002);
    expect(['1', '1', '2', '1'].map((id) => routeOf(one, routes, '', session(id)))).toEqual(['a', 'a', 'b', 'c']);
  });

  it.each([0, 1.5])('refuses to remember %d sessions', (maxKeys) => {
    expect(() => bySticky(inTurn(), { maxKeys })).toThrow(
      `bySticky: maxKeys must be a whole number at least 1, but it is ${maxKeys}`,
    );
  });

  it('leaves work of no session to it', () => {
    const strategy = bySticky(inTurn());
    expect([ask(strategy, routes, ''), ask(strategy, routes, '')]).toEqual([
      { route: 'a', reason: 'turn' },
      { route: 'b', reason: 'turn' },
    ]);
  });

  it('keeps to a key of one’s own, and waits for a strategy that is asynchronous', async () => {
    let asked = 0;
    const later = async (): Promise<string> => ['b', 'c'][asked++] ?? '';
    const strategy = bySticky<{ user: string }>(later, { key: ({ user }) => user });
    const decide = (user: string) => strategy.decide({ user }, new WorkflowContext(), routes, {} as never);
    expect(await decide('x')).toEqual({ route: 'b' });
    expect(decide('x')).toEqual({ route: 'b', reason: 'sticky' });
    expect(await decide('y')).toEqual({ route: 'c' });
  });

  it('remembers no refusal and no narrowing', () => {
    const verdicts = [{ only: ['a'] }, { refusal: new Error('no') }, { route: 'b' }];
    const strategy = bySticky({ decide: () => verdicts.shift() });
    const one = session('1');
    expect(ask(strategy, routes, '', one)).toEqual({ only: ['a'] });
    expect(ask(strategy, routes, '', one)).toHaveProperty('refusal');
    expect(ask(strategy, routes, '', one)).toEqual({ route: 'b' });
    expect(ask(strategy, routes, '', one)).toEqual({ route: 'b', reason: 'sticky' });
  });
});
