import assert from 'node:assert/strict';
import type { Dialect } from 'tta-observability-integration/llm';
import { checkConversions } from './conversions.ts';
import { checkDamage, checkGetters } from './damage.ts';
import { checkReading } from './expectations.ts';
import { checkMembers } from './members.ts';
import type { DialectVector } from './vector.ts';

/** One thing that a dialect must do. Run it as the body of a test; it throws an `AssertionError` if the dialect does not. */
export interface DialectCase {
  /** A sentence, fit for the title of a test. */
  readonly title: string;
  run(): void;
}

export interface DialectConformanceOptions {
  readonly dialect: Dialect;
  /** Examples of the dialect's wire format, and what has to be read from them. */
  readonly vectors: readonly DialectVector[];
  /** Dialects that the process knows beside this one; none of them may claim its inputs. @defaultValue none */
  readonly others?: readonly Dialect[] | undefined;
}

/**
 * What every dialect must do, for any test runner, shown by vectors: it reads what they say, alone; an answer says the same whole and
 * as a stream; damaged inputs are read without a throw, and no getter is run.
 *
 * @example
 * ```ts
 * for (const { title, run } of dialectConformance({ dialect, vectors })) it(title, run);
 * ```
 */
export function dialectConformance({
  dialect,
  vectors,
  others = [],
}: DialectConformanceOptions): readonly DialectCase[] {
  return vectors.flatMap((vector) => {
    const cases: DialectCase[] = [
      { title: `reads ${vector.name}`, run: () => checkReading(dialect, vector) },
      { title: `alone claims ${vector.name}`, run: () => checkClaims(others, vector) },
      { title: `withstands damage to ${vector.name}`, run: () => checkDamage(dialect, vector) },
    ];
    if (vector.kind === 'request') return cases;
    return [
      ...cases,
      { title: `says the same in each form of ${vector.name}`, run: () => checkConversions(dialect, vector) },
      { title: `names the members of ${vector.name}`, run: () => checkMembers(dialect, vector) },
      { title: `runs no getter of ${vector.name}`, run: () => checkGetters(dialect, vector) },
    ];
  });
}

function checkClaims(others: readonly Dialect[], vector: DialectVector): void {
  const values: readonly unknown[] = vector.kind === 'stream' ? vector.input : [vector.input];
  for (const { name, request, answer, stream } of others) {
    for (const value of values) {
      const isClaimed =
        vector.kind === 'request' ? request?.is(value) : answer.is(value) || stream?.isChunk(value) === true;
      assert.notEqual(isClaimed, true, `${name} claims ${JSON.stringify(value)}`);
    }
  }
}
