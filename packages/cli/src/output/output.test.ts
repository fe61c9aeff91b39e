import { describe, expect, it } from 'vitest';
import { fakeIo } from '../__fixtures__/fake-io.ts';
import { counted, milliseconds, percent, shownUsd, usd, wrapped } from './format.ts';
import { stylesFor } from './io.ts';
import { tableLines } from './table.ts';

describe('amounts', () => {
  it.each([
    [1.23456, '$1.2346'],
    [-0.5, '-$0.5000'],
    [-0.00001, '$0.0000'],
    [0, '$0.0000'],
  ])('%d dollars are shown as %s', (value, text) => {
    expect(usd(value)).toBe(text);
    expect(shownUsd(value)).toBeCloseTo(Number(text.replace('$', '')), 10);
  });

  it.each([
    [0.5, '50.0 %'],
    [-0.25, '-25.0 %'],
    [-1e-18, '0.0 %'],
    [null, '-'],
    [0 / 0, '-'],
  ])('a share of %s is shown as %s', (share, text) => expect(percent(share)).toBe(text));

  it('a duration that is not known is a dash', () => {
    expect([milliseconds(12.6), milliseconds(null)]).toEqual(['13 ms', '-']);
  });

  it('one is one', () => {
    expect([counted(1, 'hit'), counted(2, 'hit')]).toEqual(['1 hit', '2 hits']);
  });
});

describe('lines', () => {
  it('of a table have their numbers to the right', () => {
    expect(
      tableLines({
        head: ['Route', 'Requests'],
        rows: [
          ['small', '12'],
          ['x', '1000000000'],
        ],
      }),
    ).toEqual(['Route    Requests', 'small          12', 'x      1000000000']);
  });

  it('of a text break between words', () => {
    expect(wrapped('one two three four', 9)).toEqual(['one two', 'three', 'four']);
    expect(wrapped('immeasurable', 5)).toEqual(['immeasurable']);
  });
});

describe('styles', () => {
  it('are for terminals only', () => {
    expect(stylesFor(fakeIo().stdout)('bold', 'x')).toBe('x');
  });
});
