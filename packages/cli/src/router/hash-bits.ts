import { type GradedRow, USUAL_HASH_BITS } from 'tta-observability-integration/learning';
import { counted } from '../output/format.ts';
import { UsageError } from '../usage-error.ts';
import { expectedBytes, MAX_WEIGHTS_BYTES } from './weights-file.ts';

export interface HashBits {
  readonly hashBits: number;
  /** Why it is not the usual number, if it is not. */
  readonly note: string | undefined;
}

/**
 * Into how many slots words are hashed, as a power of two: as many as were asked for; else as many as the log has and the file holds.
 *
 * @throws UsageError if the log has fewer than were asked for, or the file would be too large
 */
export function hashBitsFor(
  rows: readonly GradedRow[],
  models: number,
  asked: number | undefined,
  isVerifier = false,
): HashBits {
  const logged = rows.reduce(
    (least, { prompt, hashed }) => (prompt === undefined ? Math.min(least, hashed?.hashBits ?? least) : least),
    Infinity,
  );
  if (asked !== undefined && asked > logged) {
    throw new UsageError(`--hash-bits is ${asked}, but the prompts of some rows were hashed with ${logged} bits`);
  }
  const heads = isVerifier ? models + 1 : models;
  const isTooLarge = (bits: number): boolean => expectedBytes(heads, bits, rows.length) > MAX_WEIGHTS_BYTES;
  const wanted = asked ?? Math.min(USUAL_HASH_BITS, logged);
  if (!isTooLarge(wanted)) {
    const note =
      asked === undefined && wanted < USUAL_HASH_BITS
        ? `Words were hashed with ${wanted} bits, as they are in the log.`
        : undefined;
    return { hashBits: wanted, note };
  }
  const what = isVerifier ? 'A verifier' : counted(models, 'model');
  const size = `${what} with ${wanted} hash bits would make a file of more than ${MAX_WEIGHTS_BYTES / 1e6} MB`;
  let hashBits = wanted;
  while (hashBits > 8 && isTooLarge(hashBits)) hashBits -= 1;
  if (asked !== undefined || isTooLarge(hashBits)) {
    const ways = [
      ...(isVerifier ? [] : ['name fewer models in --models']),
      ...(isTooLarge(hashBits) ? [] : [`take --hash-bits ${hashBits}`]),
    ];
    throw new UsageError(`${size}; ${ways.length === 0 ? 'give fewer rows' : ways.join(', or ')}`);
  }
  const fewer = isVerifier ? '' : '; name fewer models with --models';
  return { hashBits, note: `${size}, so ${hashBits} were taken${fewer}.` };
}
