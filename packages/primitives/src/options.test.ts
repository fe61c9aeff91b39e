import { expect, test } from 'vitest';
import { checkFunction, checkNoUnknown, checkNumber, checkOneOf } from './options.ts';

const check = (value: unknown, range: Parameters<typeof checkNumber>[3]) => () =>
  checkNumber('Thing', 'sizeMs', value, range);

test.each([
  [1, { above: 0 }],
  [0, { atLeast: 0 }],
  [-0, { atLeast: 0 }],
  [5, { atMost: 5, isInteger: true }],
  [Infinity, { atLeast: 1, isInteger: true, allowInfinity: true }],
  [-3.5, {}],
])('accepts %d within %j', (value, range) => {
  expect(check(value, range)).not.toThrow();
});

test.each([
  [0, { above: 0 }, 'a number above 0, but it is 0'],
  [-1, { atLeast: 0, atMost: 1 }, 'a number at least 0 and at most 1, but it is -1'],
  [1.5, { isInteger: true }, 'a whole number, but it is 1.5'],
  [Number.NaN, { allowInfinity: true }, 'a number or Infinity, but it is NaN'],
  [Infinity, { atLeast: 0 }, 'a number at least 0, but it is Infinity'],
  [-Infinity, { allowInfinity: true }, 'a number or Infinity, but it is -Infinity'],
])('refuses %d outside %j with a RangeError', (value, range, message) => {
  expect(check(value, range)).toThrow(new RangeError(`Thing: sizeMs must be ${message}`));
});

test.each([
  ['5', '"5"'],
  [undefined, 'undefined'],
  [null, 'null'],
  [[1], 'an array'],
  [{}, 'an object'],
  [() => 1, 'a function'],
  [5n, '5'],
])('refuses the non-number %o with a TypeError', (value, description) => {
  expect(check(value, {})).toThrow(new TypeError(`Thing: sizeMs must be a number, but it is ${description}`));
});

test('checks functions', () => {
  expect(() => checkFunction('Thing', 'select', () => 1)).not.toThrow();
  expect(() => checkFunction('Thing', 'select', 'x')).toThrow(
    new TypeError('Thing: select must be a function, but it is "x"'),
  );
});

test('checks words', () => {
  expect(() => checkOneOf('Thing', 'mode', 'a', ['a', 'b'])).not.toThrow();
  expect(() => checkOneOf('Thing', 'mode', 'c', ['a', 'b'])).toThrow(
    new RangeError("Thing: mode must be 'a', 'b', but it is \"c\""),
  );
  expect(() => checkOneOf('Thing', 'mode', 1, ['a', 'b'])).toThrow(TypeError);
});

test('accepts options with known names, also none', () => {
  expect(() => checkNoUnknown('Thing', { sizeMs: 1 }, { sizeMs: true, mode: true })).not.toThrow();
  expect(() => checkNoUnknown('Thing', {}, { sizeMs: true })).not.toThrow();
});

test('names an option that does not exist, and those that do', () => {
  expect(() => checkNoUnknown('Thing', { sizeMs: 1, size: 1 }, { sizeMs: true, mode: true })).toThrow(
    new TypeError('Thing: size is not an option; the options are sizeMs, mode'),
  );
  expect(() => checkNoUnknown('Thing', { toString: 1 }, { sizeMs: true })).toThrow('Thing: toString is not an option');
  expect(() => checkNoUnknown('Thing', { size: undefined }, { sizeMs: true }, 'window')).toThrow(
    new TypeError('Thing: window.size is not an option; the options are sizeMs'),
  );
});

test.each([
  [null, 'null'],
  [5, '5'],
  ['fast', '"fast"'],
  [[], 'an array'],
])('refuses %j for options', (options, description) => {
  expect(() => checkNoUnknown('Thing', options, { sizeMs: true })).toThrow(
    new TypeError(`Thing: options must be an object, but it is ${description}`),
  );
});
