import { describe, expect, it } from 'vitest';
import { demandOf, routeByDemand } from './routing.ts';
import { chatRequest } from './workflow.ts';

describe('demand', () => {
  it.each([
    ['a short question', 'Where is my order?', 4 / 60],
    ['a long text', `${'word '.repeat(119)}word`, 2],
    ['many numbers', 'Add 1, 2, 3, 4, 5, 6, 7, 8, 9 and 10', 2],
    ['several words that ask for reasoning', 'Explain why, compare and DERIVE', 2],
    ['nothing', '', 1 / 60],
  ])('of %s', (_, prompt, demand) => {
    expect(demandOf(prompt)).toBeCloseTo(demand, 10);
  });
});

describe('routing by demand', () => {
  const route = routeByDemand(['small', 'middle', 'large']);

  it('takes the cheapest route for a simple request and the strongest for a demanding one', () => {
    expect(route(chatRequest('Where is my order?', false))).toBe('small');
    expect(route(chatRequest('word '.repeat(35), false))).toBe('middle');
    expect(route(chatRequest('word '.repeat(200), true))).toBe('large');
  });

  it('takes the cheapest route for a request without a text', () => {
    expect(route({ messages: [] })).toBe('small');
  });
});
