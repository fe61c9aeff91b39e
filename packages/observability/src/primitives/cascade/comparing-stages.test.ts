import { WorkflowContext } from 'tta-dev-primitives';
import { describe, expect, it } from 'vitest';
import { agreement, type ComparisonOptions } from './agreement.ts';
import { CascadePrimitive } from './cascade-primitive.ts';
import { type SelfConsistencyOptions, selfConsistency } from './self-consistency.ts';

const last = (_prompt: string): string => 'strong';

const says = (...answers: readonly string[]) => {
  let asked = 0;
  const ask = (_prompt: string): string => answers[asked++ % answers.length] as string;
  return Object.assign(ask, { asked: () => asked });
};

const numberIn = ({ text }: { readonly text: string | undefined }) => text?.match(/= (.*)/)?.[1];

describe('a stage of agreement', () => {
  const cascadeOf = (
    one: (prompt: string) => unknown,
    other: (prompt: string) => unknown,
    options?: ComparisonOptions,
  ) => new CascadePrimitive<string, unknown>({ cheap: agreement({ one, other }, numberIn, options), last });

  it('accepts the first answer when both come to the same', async () => {
    const cascade = cascadeOf(says('6 * 7 = 42'), says('It is = 42.0'));
    expect(await cascade.execute('x')).toBe('6 * 7 = 42');
    expect(cascade.getStats().outcomes).toMatchObject({ accepted: 1 });
  });

  it.each([
    ['they differ', '= 42', '= 43', 'disagreement'],
    ['the first says nothing', 'who knows', '= 42', 'disagreement'],
    ['the second says nothing', '= 42', 'who knows', 'disagreement'],
    ['both say nothing', 'who knows', 'who knows', 'disagreement'],
    ['both say blanks', '=  ', '=  ', 'disagreement'],
  ])('goes on when %s', async (_what, one, other, reason) => {
    const cascade = cascadeOf(says(one), says(other));
    expect(await cascade.execute('x')).toBe('strong');
    expect(cascade.getStats().stages['cheap']?.rejections).toEqual({ [reason]: 1 });
  });

  it.each(['$1,234.00', '1234', '"1234"', '1234.000', ' 1 234 ', '\\1234'])(
    'takes %s and 1234 for the same',
    async (other) => {
      const cascade = cascadeOf(says('= 1234'), says(`= ${other}`));
      expect(await cascade.execute('x')).toBe('= 1234');
    },
  );

  it('lets answers agree with none when what is extracted is a promise, also one that rejects', async () => {
    const extract = () => Promise.reject(new Error('careless')) as never;
    const cascade = new CascadePrimitive<string, unknown>({
      cheap: agreement({ one: says('= 1'), other: says('= 1') }, extract),
      last,
    });
    expect(await cascade.execute('x')).toBe('strong');
  });

  it('does not take the promise of a comparison for its consent', async () => {
    const areSame = async () => false;
    const cascade = cascadeOf(says('= 1'), says('= 2'), { areSame: areSame as never });
    expect(await cascade.execute('x')).toBe('strong');
  });

  it('refuses options that there are none of, and members whose order would be lost', () => {
    expect(() => cascadeOf(last, last, { same: 1 } as never)).toThrow('agreement: same is not an option');
    expect(() => selfConsistency(last, numberIn, { n: 3 } as never)).toThrow('selfConsistency: n is not an option');
    expect(() => agreement({ 1: last, 0: last }, numberIn)).toThrow('members must not be named by whole numbers');
  });

  it('asks both at the same time, unless it is told to take turns', async () => {
    const running: string[] = [];
    const slow = (name: string, text: string) => async (_prompt: string) => {
      running.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      running.push(`${name} ends`);
      return text;
    };
    await cascadeOf(slow('one', '= 1'), slow('other', '= 1')).execute('x');
    expect(running).toEqual(['one begins', 'other begins', 'one ends', 'other ends']);
    running.length = 0;
    await cascadeOf(slow('one', '= 1'), slow('other', '= 1'), { mode: 'in_turn' }).execute('x');
    expect(running).toEqual(['one begins', 'one ends', 'other begins', 'other ends']);
  });

  it('spares the calls that could change nothing when it takes turns', async () => {
    const [one, two, three] = [says('= 1'), says('= 2'), says('= 1')];
    const cascade = new CascadePrimitive<string, unknown>({
      cheap: agreement({ one, two, three }, numberIn, { mode: 'in_turn' }),
      last,
    });
    expect(await cascade.execute('x')).toBe('strong');
    expect(three.asked()).toBe(0);
    const mute = new CascadePrimitive<string, unknown>({
      cheap: agreement({ one: says('hm'), two }, numberIn, { mode: 'in_turn' }),
      last,
    });
    await mute.execute('x');
    expect(two.asked()).toBe(1);
  });

  it('cancels the other model when one fails, and goes on', async () => {
    let cancelledBy: unknown;
    const failure = new Error('down');
    const hangs = (_prompt: string, { signal }: WorkflowContext) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          cancelledBy = signal.reason;
          reject(signal.reason);
        });
      });
    const cascade = new CascadePrimitive<string, unknown>({
      cheap: agreement({ hangs, fails: () => Promise.reject(failure) }, numberIn),
      last,
    });
    expect(await cascade.execute('x')).toBe('strong');
    expect(cancelledBy).toBe(failure);
    expect(cascade.getStats().stages['cheap']?.rejections).toEqual({ error: 1 });
  });

  it('cancels both models with its caller', async () => {
    const controller = new AbortController();
    const reasons: unknown[] = [];
    const hangs = (_prompt: string, { signal }: WorkflowContext) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          reasons.push(signal.reason);
          reject(signal.reason);
        });
      });
    const answer = cascadeOf(hangs as never, hangs as never).execute(
      'x',
      new WorkflowContext({ signal: controller.signal }),
    );
    controller.abort('enough');
    await expect(answer).rejects.toBe('enough');
    expect(reasons).toEqual(['enough', 'enough']);
  });

  it('takes an answer that cannot be extracted for one that says nothing', async () => {
    const cascade = new CascadePrimitive<string, unknown>({
      cheap: agreement({ one: says('a'), other: says('a') }, () => {
        throw new Error('careless');
      }),
      last,
    });
    expect(await cascade.execute('x')).toBe('strong');
  });

  it('compares as it is told to', async () => {
    const areSame = (one: string | number, other: string | number) => Math.abs(Number(one) - Number(other)) < 0.1;
    expect(await cascadeOf(says('= 1.01'), says('= 1.02'), { areSame }).execute('x')).toBe('= 1.01');
  });

  it('asks the rule of the cascade about what is agreed upon', async () => {
    const cascade = new CascadePrimitive<string, unknown>(
      { cheap: agreement({ one: says('= 1'), other: says('= 1') }, numberIn), last },
      { accept: ({ text }) => text?.includes('because') === true },
    );
    expect(await cascade.execute('x')).toBe('strong');
  });

  it.each<[unknown, unknown, object, string]>([
    [{ one: last }, numberIn, {}, 'members must be 2 steps or more, but they are 1'],
    [7, numberIn, {}, 'members must be an object of steps by name'],
    [{ one: last, two: 7 }, numberIn, {}, 'members["two"] must be a function or a primitive'],
    [{ one: last, two: last }, 'number', {}, 'extract must be a function'],
    [{ one: last, two: last }, numberIn, { mode: 'both' }, "mode must be 'together', 'in_turn'"],
    [{ one: last, two: last }, numberIn, { areSame: 1 }, 'areSame must be a function'],
  ])('refuses %o, %o, %o', (members, extract, options, sentence) => {
    expect(() => agreement(members as never, extract as never, options)).toThrow(`agreement: ${sentence}`);
  });

  it('cannot be the last stage', () => {
    expect(() => new CascadePrimitive({ one: last, two: agreement({ last, other: last }, numberIn) })).toThrow(
      'CascadePrimitive: the last stage must be one step',
    );
  });
});

describe('a stage of self-consistency', () => {
  const cascadeOf = (sample: (prompt: string) => unknown, options?: SelfConsistencyOptions) =>
    new CascadePrimitive<string, unknown>({ cheap: selfConsistency(sample, numberIn, options), last });

  it('accepts the answer that comes most often, if that is often enough', async () => {
    expect(await cascadeOf(says('= 1', 'so = 2', '= 2')).execute('x')).toBe('so = 2');
    expect(await cascadeOf(says('= 1', '= 2', '= 3')).execute('x')).toBe('strong');
    expect(await cascadeOf(says('= 1', '= 2', '= 3'), { atLeast: 1 }).execute('x')).toBe('= 1');
    expect(await cascadeOf(says('hm', '= 2', 'hm')).execute('x')).toBe('strong');
  });

  it('says why it goes on', async () => {
    const cascade = cascadeOf(says('= 1', '= 2', '= 3'));
    await cascade.execute('x');
    expect(cascade.getStats().stages['cheap']?.rejections).toEqual({ no_majority: 1 });
  });

  it.each<[string, readonly string[], number, string]>([
    ['an answer has come often enough', ['= 1', '= 1', '= 2'], 2, '= 1'],
    ['none can come often enough any more', ['= 1', '= 2', '= 3', '= 3', '= 3'], 3, 'strong'],
  ])('stops when it takes turns and %s', async (_what, answers, asked, given) => {
    const sample = says(...answers);
    const options = answers.length === 3 ? { k: 3 } : { k: 5, atLeast: 5 };
    expect(await cascadeOf(sample, { ...options, mode: 'in_turn' }).execute('x')).toBe(given);
    expect(sample.asked()).toBe(answers.length === 3 ? asked : 2);
  });

  it.each<[unknown, object, string]>([
    [7, {}, 'step must be a function or a primitive'],
    [last, { k: 1 }, 'k must be a whole number at least 2'],
    [last, { k: 3, atLeast: 4 }, 'atLeast must be a whole number at least 1 and at most 3'],
  ])('refuses %o, %o', (sample, options, sentence) => {
    expect(() => selfConsistency(sample as never, numberIn, options)).toThrow(`selfConsistency: ${sentence}`);
  });
});
