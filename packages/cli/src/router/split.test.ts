import { gradedRow } from 'tta-observability-integration/learning';
import { describe, expect, it } from 'vitest';
import { rowsFor } from './split.ts';

const rowsWith = (...splits: readonly (string | undefined)[]) =>
  splits.map((split, id) => gradedRow({ id, prompt: 'x', m: { a: { q: 1 } }, split }));

describe('rows', () => {
  it.each([
    ['train and dev', ['train', 'dev'], ['train'], ['dev']],
    ['train, dev and none', ['train', 'dev', undefined], ['train', undefined], ['dev', undefined]],
    ['dev and none', ['dev', undefined], [undefined], ['dev', undefined]],
    ['train only', ['train', 'train'], ['train', 'train'], ['train', 'train']],
    ['dev only', ['dev'], ['dev'], ['dev']],
    ['none', [undefined, undefined], [undefined, undefined], [undefined, undefined]],
  ])('marked %s are divided', (_, splits, learning, measuring) => {
    const all = rowsWith(...splits);
    const marks = (purpose: 'learning' | 'measuring') => rowsFor(purpose, all).rows.map(({ split }) => split);
    expect(marks('learning')).toEqual(learning);
    expect(marks('measuring')).toEqual(measuring);
  });

  it('say how they were divided, if they were', () => {
    const all = rowsWith('train', 'dev', 'dev');
    expect(rowsFor('learning', all).note).toBe('2 rows with another mark than "train" were left for eval.');
    expect(rowsFor('measuring', all).note).toBe(
      '1 row marked "train" was left out, because it is there to be learned from.',
    );
    expect(rowsFor('learning', rowsWith(undefined)).note).toBeUndefined();
  });

  it('are those with the marks that were named', () => {
    const all = rowsWith('train', 'dev', 'test', undefined);
    expect(rowsFor('measuring', all, ['dev', 'test']).rows).toHaveLength(2);
    expect(() => rowsFor('measuring', all, ['prod'])).toThrow(
      'no row is marked prod (marks that occur: train, dev and test)',
    );
  });
});
