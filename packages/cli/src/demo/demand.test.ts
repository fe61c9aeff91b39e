import { describe, expect, it } from 'vitest';
import { demandOf, routeByDemand } from './demand.ts';
import { chatRequest } from './request.ts';

describe('demand', () => {
  it.each([
    ['the words of a text', 'word '.repeat(60).trim(), 1],
    ['its numbers', '1 2 3 4 5', 1 + 5 / 60],
    ['its words that ask for reasoning', 'Explain WHY', 1 + 2 / 60],
    ['nothing much in a short question', 'Where is my order?', 4 / 60],
  ])('grows with %s', (_, prompt, demand) => {
    expect(demandOf(prompt)).toBeCloseTo(demand, 10);
  });
});

describe('routing by demand', () => {
  const prompts = Array.from({ length: 9 }, (_, index) => 'word '.repeat(index + 1).trim());
  const routed = (routes: readonly string[], known = prompts) =>
    prompts.map((prompt) => routeByDemand(routes, known)(chatRequest(prompt, false)).route);

  it('splits different prompts evenly, the most demanding to the strongest route', () => {
    expect(routed(['a', 'b', 'c'])).toEqual(['a', 'a', 'a', 'b', 'b', 'b', 'c', 'c', 'c']);
    expect(routed(['a', 'b']).filter((route) => route === 'b')).toHaveLength(4);
    expect(routed(['a'])).toEqual(prompts.map(() => 'a'));
  });

  it('does not move because one prompt comes often', () => {
    expect(routed(['a', 'b', 'c'], [...prompts, ...Array.from({ length: 99 }, () => 'word')])).toEqual(
      routed(['a', 'b', 'c']),
    );
  });

  it('states how demanding a request looks, and the threshold of each route but the strongest', () => {
    const { score } = routeByDemand(['a', 'b'], prompts)(chatRequest('word word', false));
    expect(score).toEqual({ value: 2 / 60, thresholds: [{ route: 'a', upTo: 5 / 60 }] });
  });

  it('takes the cheapest route when nothing sets a request apart, or it has no text', () => {
    expect(routeByDemand(['a', 'b'], ['x'])(chatRequest('x', true)).route).toBe('a');
    expect(routeByDemand(['a', 'b'], prompts)({ messages: [] }).route).toBe('a');
  });
});
