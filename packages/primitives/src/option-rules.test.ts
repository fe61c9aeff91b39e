import { describe, expect, it } from 'vitest';
import {
  anyOption,
  booleanOption,
  functionOption,
  methodsOption,
  nameOption,
  numberOption,
  type OptionRules,
  option,
  readOptions,
  required,
  textOption,
  wordOption,
} from './option-rules.ts';

interface Options {
  readonly size: number;
  readonly limitMs?: number | undefined;
  readonly shareOf?: number | undefined;
  readonly isLoud?: boolean | undefined;
  readonly read?: (() => string) | undefined;
  readonly mode?: 'near' | 'far' | undefined;
  readonly text?: string | undefined;
  readonly name?: string | undefined;
  readonly store?: object | undefined;
  readonly other?: unknown;
}

const RULES = {
  size: required(numberOption({ atLeast: 1 })),
  limitMs: numberOption({ above: 0 }, 50),
  shareOf: option((owner, name, value) => {
    if (value === 0.5) throw new RangeError(`${owner}: ${name} is a half`);
  }),
  isLoud: booleanOption(false),
  read: functionOption(),
  mode: wordOption(['near', 'far'], 'near'),
  text: textOption,
  name: nameOption,
  store: methodsOption('get', 'set'),
  other: anyOption,
} satisfies OptionRules<Options>;

const read = (options: object) => readOptions('Owner', options as Options, RULES);

describe('readOptions', () => {
  it('fills in what is missing, or undefined, and keeps what is given', () => {
    expect(read({ size: 2, limitMs: undefined, mode: 'far', other: null })).toEqual({
      ...{ size: 2, limitMs: 50, shareOf: undefined, isLoud: false, read: undefined, mode: 'far' },
      ...{ text: undefined, name: undefined, store: undefined, other: null },
    });
  });

  it.each<[object, string]>([
    [{}, 'Owner: size must be a number at least 1, but it is undefined'],
    [{ size: 1, limitMs: 0 }, 'Owner: limitMs must be a number above 0, but it is 0'],
    [{ size: 1, limitMs: null }, 'Owner: limitMs must be a number above 0, but it is null'],
    [{ size: 1, shareOf: 0.5 }, 'Owner: shareOf is a half'],
    [{ size: 1, isLoud: 1 }, 'Owner: isLoud must be true or false, but it is 1'],
    [{ size: 1, read: 'x' }, 'Owner: read must be a function, but it is "x"'],
    [{ size: 1, mode: 'up' }, "Owner: mode must be 'near', 'far', but it is \"up\""],
    [{ size: 1, text: 1 }, 'Owner: text must be a text, but it is 1'],
    [{ size: 1, name: '' }, 'Owner: name must be a name, but it is ""'],
    [{ size: 1, store: { get() {} } }, 'Owner: store must be an object with get, set, but it is an object'],
    [{ size: 1, sise: 1 }, `Owner: sise is not an option; the options are ${Object.keys(RULES).join(', ')}`],
  ])('refuses %j by its name', (options, message) => {
    expect(() => read(options)).toThrow(message);
  });

  it('names where options are that are an option themselves', () => {
    const nested = (options: object) => readOptions('Owner', options as Options, RULES, 'stream');
    expect(() => nested({ size: 0 })).toThrow('Owner: stream.size must be');
    expect(() => nested({ sise: 0 })).toThrow('Owner: stream.sise is not an option');
  });

  it('knows by its type what is never missing', () => {
    const { limitMs, mode, shareOf } = read({ size: 1 });
    const known: readonly [number, 'near' | 'far'] = [limitMs, mode];
    // @ts-expect-error: an option without a fallback may be missing
    const unknown: number = shareOf;
    expect([...known, unknown]).toEqual([50, 'near', undefined]);
  });

  it('compiles only with one rule for each option, of its type', () => {
    const { size: _size, ...fewer } = RULES;
    // @ts-expect-error: an option has no rule
    fewer satisfies OptionRules<Options>;
    // @ts-expect-error: a rule has no option
    ({ ...RULES, more: anyOption }) satisfies OptionRules<Options>;
    // @ts-expect-error: a fallback of another type
    ({ ...RULES, limitMs: booleanOption(true) }) satisfies OptionRules<Options>;
    expect(Object.keys(fewer)).not.toContain('size');
  });
});
