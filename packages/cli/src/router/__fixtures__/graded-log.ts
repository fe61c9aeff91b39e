import { writeFile } from 'node:fs/promises';
import { fractionOf } from '../../workload/random.ts';

export interface InventedRow {
  readonly id: string;
  readonly prompt: string;
  readonly in_tok: number;
  readonly m: Readonly<Record<string, object>>;
  readonly split?: string;
}

/** What is different from the usual in an invented log. */
export interface Invention {
  readonly seed?: number;
  readonly split?: string;
  /** How often the cheap model answers well what is easy and what is hard. */
  readonly cheap?: readonly [easy: number, hard: number];
}

/**
 * Prompts of two kinds that differ in their words, answered by `small` and `large`: small is good at the easy ones only, and costs a
 * tenth of large.
 */
export function inventedRows(
  count: number,
  { seed = 1, split, cheap = [0.97, 0.2] }: Invention = {},
): readonly InventedRow[] {
  return Array.from({ length: count }, (_, index) => {
    const isHard = fractionOf(seed, index, 'kind') < 0.5;
    const topic = isHard ? 'prove the lemma about topology' : 'name the capital of a country';
    const good = (model: string, chance: number): number => Number(fractionOf(seed, index, model) < chance);
    return {
      id: `${seed}-${index}`,
      prompt: `${topic}, question ${seed} ${index}`,
      in_tok: 20,
      m: {
        small: { q: good('small', cheap[isHard ? 1 : 0]), out_tok: 50, cost_usd: 0.001 },
        large: { q: good('large', 0.97), out_tok: 60, cost_usd: 0.01 },
      },
      ...(split === undefined ? {} : { split }),
    };
  });
}

/**
 * The same with the texts of the cheap answers: a good one mostly settles the matter, a bad one mostly hedges, and no prompt tells which
 * it will be.
 *
 * @param telling - how often the text tells
 */
export function answeredRows(count: number, invention: Invention & { readonly telling?: number } = {}) {
  const { seed = 1, telling = 0.85 } = invention;
  return inventedRows(count, { cheap: [0.6, 0.6], ...invention }).map((row, index) => {
    const { small, large } = row.m as { readonly small: { readonly q: number }; readonly large: object };
    const isTelling = fractionOf(seed, index, 'telling') < telling;
    const looksGood = isTelling ? small.q === 1 : fractionOf(seed, index, 'looks') < 0.5;
    const text = looksGood ? 'Therefore it is settled.' : 'Perhaps, unfortunately this remains unclear.';
    return { ...row, m: { small: { ...small, text }, large } };
  });
}

/**
 * The same with what was extracted of two cheap answers and of the strong one, and without any text: of a good cheap answer the second
 * model, `other`, mostly says the same, of a bad one rarely.
 *
 * @param invention - `telling`: how often the second model tells; `strong`: how often the strong one is right
 */
export function comparedRows(
  count: number,
  invention: Invention & { readonly telling?: number; readonly strong?: number; readonly secondUsd?: number } = {},
) {
  const { seed = 1, telling = 0.95, strong = 0.97, secondUsd = 0.001 } = invention;
  return inventedRows(count, { cheap: [0.7, 0.7], ...invention }).map((row, index) => {
    const { small, large } = row.m as { readonly small: { readonly q: number }; readonly large: object };
    const isTelling = fractionOf(seed, index, 'telling') < telling;
    const agrees = isTelling ? small.q === 1 : fractionOf(seed, index, 'agrees') < 0.5;
    const right = Number(fractionOf(seed, index, 'large') < strong);
    const [answer, mistake, other] = [10_000, 20_000, 30_000].map((from) => String(from + index)); // equally long
    return {
      ...row,
      m: {
        small: { ...small, p: small.q === 1 ? answer : mistake },
        other: { out_tok: 50, cost_usd: secondUsd, p: agrees === (small.q === 1) ? answer : mistake },
        large: { ...large, q: right, p: right === 1 ? answer : other },
      },
    };
  });
}

/** Writes rows, or anything else, as JSON lines. */
export async function writeRows(path: string, rows: readonly unknown[]): Promise<string> {
  await writeFile(path, rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row))).join('\n'));
  return path;
}
