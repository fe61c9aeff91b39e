import { WorkflowContext } from 'tta-dev-primitives';
import { describe, expect, it } from 'vitest';
import { answerOf, readReply } from '../reply.ts';
import { type Acceptance, acceptAll } from './acceptance.ts';
import { acceptArithmetic } from './arithmetic.ts';
import { acceptComplete } from './complete.ts';
import { acceptJson } from './json.ts';
import { acceptLearned } from './learned.ts';
import { acceptNumber, lastNumberIn } from './number.ts';
import { acceptPattern } from './pattern.ts';

const judge = async (rule: Acceptance, output: unknown, input: unknown = 'x'): Promise<unknown> => {
  const unpriced = { costUsd: null, lastStageUsd: null, outputTokens: undefined };
  const reply = { whole: output, ...readReply(output), ...unpriced, give: () => output };
  return rule(answerOf('mini', input, new WorkflowContext(), reply));
};

const chat = (content: string | null, finish_reason: string | null = 'stop', more: object = {}) => ({
  object: 'chat.completion',
  choices: [{ index: 0, finish_reason, message: { role: 'assistant', content, ...more } }],
});

it.each<[string, () => unknown]>([
  ['acceptArithmetic: required', () => acceptArithmetic({ required: true } as never)],
  ['acceptComplete: refusal', () => acceptComplete({ refusal: /x/ } as never)],
  ['acceptJson: shape', () => acceptJson({ shape: () => true } as never)],
  ['acceptNumber: within', () => acceptNumber(() => 1, { within: 1 } as never)],
  ['acceptLearned: above', () => acceptLearned(() => 1, { threshold: 0.5, above: 1 } as never)],
])('says that %s is not an option', (sentence, make) => {
  expect(make).toThrow(`${sentence} is not an option`);
});

describe('acceptComplete', () => {
  it.each<[string, unknown, unknown]>([
    ['an answer', chat('Paris.'), true],
    ['a text', 'Paris.', true],
    ['a record', { city: 'Paris' }, true],
    ['an answer with an apology within it', chat('Paris. I am sorry that it rains.'), true],
    ['an answer about what one cannot do', chat('You cannot divide by zero.'), true],
    ['one that was cut short', chat('Par', 'length'), 'incomplete'],
    ['one that was filtered', chat('', 'content_filter'), 'incomplete'],
    ['one that does not say how it ended', chat('Par', null), 'incomplete'],
    [
      'one that Anthropic cut short',
      { type: 'message', stop_reason: 'max_tokens', content: [{ type: 'text', text: 'Par' }] },
      'incomplete',
    ],
    ['one that Gemini blocked', { candidates: [{ finishReason: 'SAFETY', content: { parts: [] } }] }, 'incomplete'],
    ['an error', { error: { message: 'overloaded' } }, 'incomplete'],
    ['a refusal', chat(null, 'stop', { refusal: 'No.' }), 'refusal'],
    ['an apology', chat("I'm sorry, but I can't help with that."), 'refusal'],
    ['an apology with a curly apostrophe', chat('I’m sorry, I can’t do that.'), 'refusal'],
    ['a machine that says it is one', chat('As an AI language model, I cannot browse.'), 'refusal'],
    ['nothing', chat(''), 'empty'],
    ['blanks', ' \n ', 'empty'],
    ['no output', undefined, 'empty'],
    ['null', null, 'empty'],
  ])('says of %s what it is', async (_what, output, verdict) => {
    expect(await judge(acceptComplete(), output)).toBe(verdict);
  });

  it('knows refusals as it is told', async () => {
    expect(await judge(acceptComplete({ refusals: /^leider/giu }), 'Leider nein.')).toBe('refusal');
    expect(() => acceptComplete({ refusals: 'no' as never })).toThrow('refusals must be a regular expression');
  });
});

describe('acceptJson', () => {
  const hasCity = (value: unknown) => typeof (value as { city?: unknown } | null)?.city === 'string';
  const standard = {
    '~standard': { validate: async (value: unknown) => (hasCity(value) ? { value } : { issues: [{}] }) },
  };

  it.each<[string, unknown, unknown]>([
    ['JSON', '{"city":"Paris"}', true],
    ['an answer that is JSON', chat('{"city":"Paris"}'), true],
    ['JSON in a fence', 'Here it is:\n```json\n{"city":"Paris"}\n```\nEnjoy.', true],
    ['a record that is no text', { city: 'Paris' }, true],
    ['JSON that does not fit', '{"town":"Paris"}', 'schema'],
    ['no JSON', 'Paris.', 'not_json'],
    ['JSON that was cut short', '{"city":"Par', 'not_json'],
  ])('says of %s what it is, by a function and by a Standard Schema', async (_what, output, verdict) => {
    expect(await judge(acceptJson({ schema: hasCity }), output)).toBe(verdict);
    expect(await judge(acceptJson({ schema: standard }), output)).toBe(verdict);
  });

  it('is soon done with a fence that opens, holds blanks only and never closes', async () => {
    expect(await judge(acceptJson(), `\`\`\`${' '.repeat(400_000)}`)).toBe('not_json');
  });

  it('takes any JSON without a schema', async () => {
    expect(await judge(acceptJson(), '[1]')).toBe(true);
  });

  it.each([7, {}, { '~standard': {} }])('refuses the schema %o', (schema) => {
    expect(() => acceptJson({ schema: schema as never })).toThrow(/^acceptJson: schema.* must be a function/);
  });
});

describe('acceptPattern', () => {
  it('accepts a text that matches, also by an expression with a memory', async () => {
    const rule = acceptPattern(/^(?:yes|no)$/gu);
    for (let index = 0; index < 3; index += 1) expect(await judge(rule, 'yes')).toBe(true);
    expect(await judge(rule, 'maybe')).toBe('pattern');
    expect(await judge(rule, { yes: true })).toBe('pattern');
    expect(() => acceptPattern('yes' as never)).toThrow('expression must be a regular expression');
  });
});

describe('acceptNumber', () => {
  it('accepts the number that is expected, and any where none is', async () => {
    const rule = acceptNumber((input) => input as number | undefined, { tolerance: 0.01 });
    expect(await judge(rule, 'It comes to 1,234.50.', 1234.5)).toBe(true);
    expect(await judge(rule, 'It comes to 1234.505', 1234.5)).toBe(true);
    expect(await judge(rule, 'It comes to 1235', 1234.5)).toBe('number');
    expect(await judge(rule, 'It comes to something', 1234.5)).toBe('number');
    expect(
      await judge(
        acceptNumber(() => undefined),
        'It comes to 7',
      ),
    ).toBe(true);
  });

  it.each([
    ['first 3, then -4', -4],
    ['−2', -2],
    ['1e3', 1_000],
    ['12,345,678.9 dollars', 12_345_678.9],
    ['it is .5', 0.5],
    ['-.25', -0.25],
    ['from 10-3', 3],
    ['it is 5.', 5],
    ['not a thousand: 1,2345', 2_345],
    ['none', undefined],
  ])('finds the last number of %j', (text, number) => {
    expect(lastNumberIn(text)).toBe(number);
  });

  it('refuses what is no function, and no tolerance', () => {
    expect(() => acceptNumber(7 as never)).toThrow('acceptNumber: expected must be a function');
    expect(() => acceptNumber(() => 1, { tolerance: -1 })).toThrow(
      'acceptNumber: tolerance must be a number at least 0',
    );
  });
});

describe('acceptArithmetic', () => {
  it.each<[string, unknown]>([
    ['So 3 * 4 = 12, and <<12+5=17>>17.', true],
    ['So 3 * 4 = 13.', 'arithmetic'],
    ['Nothing is calculated.', true],
  ])('says of %j what it is', async (text, verdict) => {
    expect(await judge(acceptArithmetic(), text)).toBe(verdict);
  });

  it('can ask for a calculation', async () => {
    expect(await judge(acceptArithmetic({ isRequired: true }), 'It is 12.')).toBe('arithmetic');
    expect(() => acceptArithmetic({ isRequired: 1 as never })).toThrow('isRequired must be true or false');
  });
});

describe('acceptLearned', () => {
  it('accepts what the verifier trusts, told the newest prompt and the answer', async () => {
    const seen: string[][] = [];
    const rule = acceptLearned(
      async (...told) => {
        seen.push(told);
        return 0.7;
      },
      { threshold: 0.7 },
    );
    const input = { messages: [{ role: 'user', content: 'Capital of France?' }] };
    expect(await judge(rule, chat('Paris.'), input)).toBe(true);
    expect(seen).toEqual([['Capital of France?', 'Paris.']]);
    expect(
      await judge(
        acceptLearned(() => 0.69, { threshold: 0.7 }),
        'Paris.',
      ),
    ).toBe('unsure');
    expect(await judge(rule, { city: 'Paris' })).toBe('unsure');
  });

  it.each<[unknown, object, string]>([
    [7, { threshold: 0.5 }, 'verifier must be a function'],
    [() => 1, { threshold: 2 }, 'threshold must be a number at least 0 and at most 1'],
    [() => 1, { threshold: 0.5, promptOf: 1 }, 'promptOf must be a function'],
  ])('refuses %o, %o', (verifier, options, sentence) => {
    expect(() => acceptLearned(verifier as never, options as never)).toThrow(`acceptLearned: ${sentence}`);
  });
});

describe('acceptAll', () => {
  it('asks in turn, and says why the first refuses', async () => {
    const asked: string[] = [];
    const rule = (name: string, verdict: boolean | 'number') => () => {
      asked.push(name);
      return verdict;
    };
    expect(() => acceptAll(rule('a', true), undefined as never)).toThrow('acceptAll: rules[1] must be a function');
    expect(await judge(acceptAll(rule('a', true), rule('b', 'number'), rule('c', true)), 'x')).toBe('number');
    expect(asked).toEqual(['a', 'b']);
    expect(await judge(acceptAll(), 'x')).toBe(true);
  });
});
