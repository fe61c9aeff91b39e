import assert from 'node:assert/strict';
import type { AnswerReading, Dialect } from 'tta-observability-integration/llm';
import { readChunks } from './expectations.ts';
import type { DialectVector } from './vector.ts';

/**
 * Checks that an answer says the same in both its forms: as the chunks it is cut into, or as the whole that its chunks make, with
 * and without its usage.
 */
export function checkConversions(dialect: Dialect, { kind, input }: DialectVector): void {
  if (kind === 'answer') checkChunks(dialect, input);
  if (kind === 'stream') checkWhole(dialect, input as readonly unknown[]);
}

function checkChunks(dialect: Dialect, input: object): void {
  const chunks = dialect.answer.chunks?.(input, true);
  if (chunks === undefined) return;
  assert.deepEqual(
    said(readChunks(dialect, chunks)),
    said(dialect.answer.read(input)),
    'the chunks say something else',
  );
  const whole = dialect.stream?.assemble?.(chunks);
  assert.ok(whole !== undefined, 'the chunks of an answer do not assemble');
  assert.deepEqual(
    said(dialect.answer.read(whole)),
    said(dialect.answer.read(input)),
    'the chunks assemble to another',
  );
}

function checkWhole(dialect: Dialect, chunks: readonly unknown[]): void {
  const reading = readChunks(dialect, chunks);
  const whole = dialect.stream?.assemble?.(chunks);
  if (whole !== undefined) {
    assert.equal(dialect.answer.is(whole), true, 'the whole is not recognised');
    assert.deepEqual(said(dialect.answer.read(whole)), said(reading), 'the whole says something else');
  }
  for (const includeUsage of [true, false]) {
    const same = dialect.stream?.withUsage?.(chunks, includeUsage);
    if (same === undefined) continue;
    const { texts, finish } = readChunks(dialect, same);
    assert.deepEqual({ texts, finish }, { texts: reading.texts, finish: reading.finish });
  }
}

/** What has to be the same in every form of an answer. */
function said({ usage, model, id, finish, texts, hasToolCalls, hasRefusal, isEmpty }: AnswerReading): object {
  return { usage, model, id, finish, texts, hasToolCalls, hasRefusal, isEmpty };
}
