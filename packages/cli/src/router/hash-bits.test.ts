import { gradedRow, hashPrompt } from 'tta-observability-integration/learning';
import { describe, expect, it } from 'vitest';
import { hashBitsFor } from './hash-bits.ts';

const row = (hashBits?: number) =>
  gradedRow({
    id: 1,
    m: { a: { q: 1 } },
    ...(hashBits === undefined ? { prompt: 'x' } : { features: hashPrompt('x', hashBits) }),
  });

describe('hash bits', () => {
  it('are the usual ones where nothing speaks against them, and what was asked for', () => {
    expect(hashBitsFor([row(), row(20)], 2, undefined)).toEqual({ hashBits: 18, note: undefined });
    expect(hashBitsFor([row(), row(20)], 2, 20)).toEqual({ hashBits: 20, note: undefined });
  });

  it('are those of the log where it has fewer', () => {
    expect(hashBitsFor([row(), row(12), row(16)], 2, undefined).hashBits).toBe(12);
    expect(() => hashBitsFor([row(12)], 2, 13)).toThrow(
      '--hash-bits is 13, but the prompts of some rows were hashed with 12 bits',
    );
  });

  it('are so few that the weights fit into 5 MB', () => {
    const { hashBits, note } = hashBitsFor([row()], 30, undefined);
    expect(hashBits).toBe(16);
    expect(note).toBe(
      '30 models with 18 hash bits would make a file of more than 5 MB, so 16 were taken; name fewer models with --models.',
    );
    expect(() => hashBitsFor([row()], 30, 18)).toThrow('name fewer models in --models, or take --hash-bits 16');
    expect(() => hashBitsFor([row()], 3_000, undefined)).toThrow('name fewer models in --models');
  });
});
