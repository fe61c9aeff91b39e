import { access, constants, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseWeights, type RoutingWeights } from 'tta-observability-integration/learning';
import { listed, UsageError } from '../usage-error.ts';
import { textOf } from '../workload/lines.ts';
import type { Pair } from './pair.ts';

/** A larger file would be slow to load and to ship. */
export const MAX_WEIGHTS_BYTES = 5_000_000;

/** @throws UsageError if the file cannot be read, or holds no weights */
export async function readWeights(path: string, signal?: AbortSignal): Promise<RoutingWeights> {
  const text = await textOf(path, signal);
  try {
    return parseWeights(text);
  } catch (error) {
    throw new UsageError(`${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** Says before the work whether its result can be written. @throws UsageError if not */
export async function checkWritable(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) throw new UsageError(`${path} is a directory, but a file is needed`);
  try {
    await access(dirname(path), constants.W_OK);
  } catch (error) {
    throw unwritable(path, error);
  }
}

/**
 * Writes weights beside the file first: the file is the old one or the new one, never half of it.
 *
 * @returns its size in bytes
 * @throws UsageError if it cannot be written
 */
export async function writeWeights(path: string, weights: RoutingWeights): Promise<number> {
  const text = jsonOf(weights);
  const beside = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(beside, text, { flag: 'wx' });
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw unwritable(path, error);
  }
  return Buffer.byteLength(text);
}

function unwritable(path: string, error: unknown): UsageError {
  const { code = String(error) } = error as NodeJS.ErrnoException;
  const problem = code === 'ENOENT' ? `there is no directory ${dirname(path)}` : `${path} cannot be written (${code})`;
  return new UsageError(problem, { cause: error });
}

function jsonOf(weights: RoutingWeights): string {
  return `${JSON.stringify(weights)}\n`;
}

/** The maximum size of a file of weights with this number of heads and questions, in bytes. */
export function expectedBytes(models: number, hashBits: number, questions: number): number {
  return models * (Math.ceil(2 ** hashBits / 3) * 4 + 2_000) + Math.ceil(questions / 3) * 16 + 4_000;
}

/** @throws UsageError if the weights have no head for one of the two models, or both are the same */
export function checkHeads({ heads }: RoutingWeights, { cheap, strong }: Pair, path: string): void {
  for (const [option, model] of [
    ['--cheap', cheap],
    ['--strong', strong],
  ] as const) {
    if (Object.hasOwn(heads, model)) continue;
    throw new UsageError(`${option} is ${model}, but ${path} knows ${listed(Object.keys(heads))}`);
  }
  if (cheap === strong) throw new UsageError(`--cheap and --strong are both ${cheap}, but they must differ`);
}

/** Reads rows for weights. @throws UsageError if their prompts were hashed too coarsely for the weights */
export function suitable<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UsageError(`these weights do not fit the log: ${error.message}`, { cause: error });
  }
}
