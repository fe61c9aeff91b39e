import assert from 'node:assert/strict';
import type { Dialect } from 'tta-observability-integration/llm';
import type { DialectVector } from './vector.ts';

/** Checks that a dialect claims no value from which all the members that it lists are taken away. */
export function checkMembers({ answer, stream }: Dialect, { kind, input }: DialectVector): void {
  const values = kind === 'stream' && Array.isArray(input) ? input : [input];
  for (const value of values) {
    const isClaimed = answer.members !== undefined && answer.is(without(answer.members, value));
    assert.equal(isClaimed, false, 'an answer is claimed without any of `answer.members`');
    const isChunk = stream?.members !== undefined && stream.isChunk(without(stream.members, value));
    assert.equal(isChunk, false, 'a chunk is claimed without any of `stream.members`');
  }
}

function without(members: readonly string[], value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => !members.includes(name)));
}
