import { expect, test } from 'vitest';
import { eitherCount, eitherField, eitherText, snakeOf } from './spelling.ts';

test('a field is found in both spellings', () => {
  expect(snakeOf('cachedContentTokenCount')).toBe('cached_content_token_count');
  expect(
    [{ finishReason: 'STOP' }, { finish_reason: 'STOP' }].map((value) => eitherText(value, 'finishReason')),
  ).toEqual(['STOP', 'STOP']);
  expect(eitherField({ finishReason: null, finish_reason: 'STOP' }, 'finishReason')).toBe('STOP');
  expect(eitherCount({ tokenCount: -1, token_count: 3 }, 'tokenCount')).toBe(3);
});
