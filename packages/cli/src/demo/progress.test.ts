import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeIo } from '../__fixtures__/fake-io.ts';
import { interject, type ProgressState, showProgress } from './progress.ts';

const state: ProgressState = {
  sent: 7,
  ended: 5,
  planned: 9,
  errors: 1,
  timeouts: 2,
  hitRate: 0.5,
  spendUsd: 0.25,
  savedUsd: 0.75,
};
const LINE = '5/9 requests, 2 under way, hit rate 50.0 %, 1 error, 2 timeouts, spent $0.2500, saved $0.7500';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('progress', () => {
  it('is one line that changes on a terminal, and is gone at the end', () => {
    const io = fakeIo({ isTTY: true });
    const progress = showProgress(io.stderr, () => state);
    vi.advanceTimersByTime(450);
    expect(io.err()).toBe(`\r\u001B[2K${LINE}`.repeat(2));
    progress.stop();
    vi.advanceTimersByTime(1_000);
    expect(io.err().endsWith('\r\u001B[2K')).toBe(true);
  });

  it('claims no saving where prices are not known', () => {
    const io = fakeIo();
    const progress = showProgress(io.stderr, () => ({ ...state, savedUsd: null }));
    vi.advanceTimersByTime(5_000);
    progress.stop();
    expect(io.err()).toBe(`${LINE.replace(', saved $0.7500', '')}\n`);
  });

  it('makes room for a line that is not its own', () => {
    const [terminal, file] = [fakeIo({ isTTY: true }), fakeIo()];
    interject(terminal.stderr, 'news');
    interject(file.stderr, 'news');
    expect([terminal.err(), file.err()]).toEqual(['\r\u001B[2Knews\n', 'news\n']);
  });

  it('is a line every five seconds elsewhere', () => {
    const io = fakeIo();
    const progress = showProgress(io.stderr, () => state);
    vi.advanceTimersByTime(11_000);
    progress.stop();
    vi.advanceTimersByTime(11_000);
    expect(io.err()).toBe(`${LINE}\n`.repeat(2));
  });
});
