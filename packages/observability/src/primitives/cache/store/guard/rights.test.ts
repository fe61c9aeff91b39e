import { manualClock } from 'tta-dev-primitives/testing';
import { describe, expect, it } from 'vitest';
import { FakeStore, never, reply } from '../../__fixtures__/fake-store.ts';
import { memoryStore } from '../memory-store.ts';
import type { AtomicOperations } from '../store.ts';
import { tieredStore } from '../tiered-store.ts';
import { guardedStore } from './guarded-store.ts';

const REFUSED = reply("NOPERM this user has no permissions to run the 'eval' command");
const LINE = 'cache store: it refuses what leases need (EVAL with GET, SET and DEL); processes do not share calls';

function setUp(areAllowed: () => Promise<boolean>) {
  const clock = manualClock();
  const fake = new FakeStore();
  const ask = async (): Promise<never> => REFUSED();
  const atomic: AtomicOperations = { replaceIf: ask, deleteIf: ask, areAllowed };
  const lines: string[] = [];
  const say = (line: string): void => void lines.push(line);
  const store = guardedStore(Object.assign(fake, { atomic }), { clock, logger: { info: say, warn: say, error: say } });
  return { clock, fake, store, lines, areAllowed: () => store.atomic?.areAllowed?.() };
}

describe('the rights of a guarded store', () => {
  it('are asked for once, by all who want to know', async () => {
    let asked = 0;
    const { areAllowed, lines } = setUp(async () => (asked += 1) > 0);
    expect(await Promise.all([areAllowed(), areAllowed()])).toEqual([true, true]);
    expect(await areAllowed()).toBe(true);
    expect([asked, lines]).toEqual([1, []]);
  });

  it('are asked for again when the store did not answer, within the deadline of a read', async () => {
    let answer: () => Promise<boolean> = () => never() as Promise<never>;
    const { clock, areAllowed, lines } = setUp(() => answer());
    const first = areAllowed();
    const failed = expect(first).rejects.toMatchObject({ reason: 'timeout' });
    await clock.advance(50);
    await failed;
    answer = async () => false;
    expect(await areAllowed()).toBe(false);
    expect(await areAllowed()).toBe(false);
    expect(lines).toEqual([LINE]);
  });

  it('are gone, which is said once, when the store refuses a change that it allowed before', async () => {
    const { store, areAllowed, lines } = setUp(async () => true);
    expect(await areAllowed()).toBe(true);
    for (let turn = 0; turn < 2; turn += 1) await expect(store.atomic?.deleteIf('k', 'v')).rejects.toThrow('noperm');
    expect(await areAllowed()).toBe(false);
    expect(lines).toEqual([LINE]);
  });

  it('are those of the far tier where there are two', async () => {
    const { store, lines } = setUp(async () => false);
    expect(await tieredStore(memoryStore(), store).atomic?.areAllowed?.()).toBe(false);
    expect(lines).toEqual([LINE]);
  });

  it('to delete are not needed to store', async () => {
    const { fake, store, lines } = setUp(async () => true);
    fake.trouble = (operation) => (operation === 'delete' ? REFUSED() : undefined);
    await expect(store.delete('k')).rejects.toThrow('noperm');
    await store.set('k', 'v', 60_000);
    expect([fake.held.get('k'), lines]).toEqual(['v', []]);
  });
});
