import { describe, expect, it } from 'vitest';
import { revived, type ThrownError, thrownErrors } from './__fixtures__/thrown-errors.ts';
import { failureOf } from './failure-of.ts';

const ROWS = thrownErrors();

/** Why an error that leaves a choice is read as it is. The first pattern that an id matches counts. */
const DECISIONS: readonly (readonly [pattern: RegExp, decision: string])[] = [
  [
    /\/s424$/,
    'a failed dependency is the trouble of the service; the same service would meet it again, another may not',
  ],
  [/\/err200$/, 'the error that the answer stated counts for more than that the SDK could not read the answer'],
  [/^(?:langchain|cohere|mistral).*\/(?:html|empty|erropen|badchunk)$/, 'what a bug throws as well says nothing'],
  [
    /\/(?:timeout|timeoutbody|timeoutmid)$|timeout option$|, timeout$/,
    'a timeout that is an AbortError was aborted: only the context knows better',
  ],
  [/\/abortreason$/, 'the reason of a caller that the SDK hands on says what it says by itself'],
  [/\/abortmid$/, 'an abort that looks like a reset is one: only the context knows better'],
  [
    /^ollama\/stream\/(?:cut|nodone|empty|html)$/,
    'a stream that ended without its last event is incomplete, even with text',
  ],
  [/^ollama\/stream\/errevent$/, 'a bare message says nothing'],
  [/ (?:cut|empty)$/, 'a stream that ended before its finish is known by the message of its helper'],
  [/finish_reason length$/, 'an answer that was cut by a limit of the request would be cut again'],
  [/no API key$/, 'a client without a key could not authenticate'],
  [/DNS failure$/, 'a name that does not resolve may do so again'],
  [/./, 'an answer that cannot be read is a fault of the service: a proxy, a login page, a broken body'],
];

const described = (row: ThrownError): string => (row.decided ? ` (${decisionOn(row.id)})` : '');
const decisionOn = (id: string): string => DECISIONS.find(([pattern]) => pattern.test(id))?.[1] ?? 'undecided';

describe('an error as a client threw it', () => {
  it.each(ROWS.map((row) => ({ ...row, decision: described(row) })))('is read right: $id$decision', (row) => {
    expect(failureOf(revived(row.error), row.now) ?? null).toEqual(row.expect);
  });

  it('is read when others wrap it, twenty times over', () => {
    for (const { error, expect: expected, now } of ROWS) {
      let wrapped: unknown = revived(error);
      for (let depth = 0; depth < 20; depth += 1) wrapped = new Error(`wrapped ${depth}`, { cause: wrapped });
      expect(failureOf(wrapped, now) ?? null).toEqual(expected);
    }
  });

  it('is read behind `lastError`, `errors` and the `error` of a part of a stream', () => {
    for (const { error, expect: expected, now } of ROWS) {
      const each = [
        Object.assign(new Error('gave up'), { lastError: revived(error) }),
        new AggregateError([revived(error), revived(error)], 'all failed'),
      ];
      for (const outer of each) expect(failureOf(outer, now) ?? null).toEqual(expected);
    }
  });
});
