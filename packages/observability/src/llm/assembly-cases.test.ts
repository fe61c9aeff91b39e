import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { answerText } from './answer-text.ts';
import { assembleAnswer } from './assembly.ts';
import { describeCompletion } from './completion.ts';
import { modelOf, usageOf } from './usage.ts';

interface AssemblyCase {
  readonly id: string;
  readonly kind: string;
  readonly input: {
    readonly chunks?: readonly unknown[];
    readonly events?: readonly unknown[];
    readonly [field: string]: unknown;
  };
}

const FIXTURE = new URL('money/__fixtures__/cases.jsonl', import.meta.url);

const CASES = readFileSync(FIXTURE, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as AssemblyCase)
  .filter(({ kind }) => kind === 'assembly');

/** What each case must give: what may be kept apart is, and anything else is unknown. */
const CHECKS: Readonly<Record<string, (input: AssemblyCase['input']) => void>> = {
  'anthropic-two-starts': ({ events }) => {
    const known = { usage: usageOf(events), model: modelOf(events) };
    const ofSecond = { usage: { inputTokens: 120, outputTokens: 9 }, model: 'claude-haiku-4-5' };
    expect([JSON.stringify(ofSecond), '{}']).toContain(JSON.stringify(known));
  },
  'asm-choices-no-index': ({ chunks = [] }) => expect(choicesOf(chunks)).toSatisfy(areApart(['A', 'B'])),
  'asm-equal-token-ids': ({ chunks = [] }) => expect(assembleAnswer(chunks)).toBeUndefined(),
  'asm-same-index-custom': ({ chunks = [] }) => expect(callsOf(chunks)).toSatisfy(areApart(['ls', 'pwd'])),
  'asm-same-index-no-id': ({ chunks = [] }) => expect(callsOf(chunks)).toSatisfy(areApart(['{"x":1}', '{"y":2}'])),
  'assemble-name-in-pieces': ({ chunks = [] }) => {
    const whole = assembleAnswer(chunks);
    if (whole !== undefined) expect(JSON.stringify(whole)).toContain('"name":"get_weather"');
  },
  'assemble-same-index-two-ids': ({ chunks = [] }) =>
    expect(callsOf(chunks)).toSatisfy(areApart(['{"x":1}', '{"y":2}'])),
  'describe-choice-error': (input) => expect(describeCompletion(input)?.hasError).toBe(true),
  'describe-responses-empty-output': ({ events }) => expect(answerText(events)).toBe('Yes'),
  'describe-responses-no-output': ({ events }) => expect(answerText(events)).toBe('Yes'),
  'describe-thinking-only': (input) => expect(describeCompletion(input)?.isEmpty).toBe(true),
};

/** Cases about what a router spent, which are tests of the router. */
const OF_THE_ROUTER = ['router-own-price-audio', 'router-zero-usage'];

interface Choice {
  readonly message: {
    readonly content?: string | null;
    readonly tool_calls?: readonly {
      readonly function?: { readonly arguments: string };
      readonly custom?: { readonly input: string };
    }[];
  };
}

function choicesOf(chunks: readonly unknown[]): unknown[] | undefined {
  const whole = assembleAnswer(chunks) as { readonly choices: readonly Choice[] } | undefined;
  return whole?.choices.map(({ message }) => message.content);
}

function callsOf(chunks: readonly unknown[]): unknown[] | undefined {
  const whole = assembleAnswer(chunks) as { readonly choices: readonly Choice[] } | undefined;
  return whole?.choices.flatMap(({ message }) =>
    (message.tool_calls ?? []).map((call) => call.function?.arguments ?? call.custom?.input),
  );
}

/** Undefined, or all parts apart. */
function areApart(parts: readonly unknown[]): (found: unknown[] | undefined) => boolean {
  return (found) => found === undefined || JSON.stringify(found) === JSON.stringify(parts);
}

describe('a whole answer is never made by guessing', () => {
  it('is tried with every case', () => {
    const ids = CASES.map(({ id }) => id);
    expect([...Object.keys(CHECKS), ...OF_THE_ROUTER].sort()).toEqual(ids.sort());
  });

  it.each(CASES.filter(({ id }) => id in CHECKS).map(({ id, input }) => [id, input] as const))('%s', (id, input) => {
    CHECKS[id]?.(input);
  });
});
