import { expect, it } from 'vitest';
import type { RouteInfo } from '../../../src/wire/index.ts';
import { RouteColours } from './route-colours.ts';

const route = (name: string, inUsd?: number): RouteInfo => ({
  ...{ name, kind: 'route', model: null, provider: null, isBaseline: false },
  price: inUsd === undefined ? null : { inUsd, outUsd: 4 * inUsd },
});

it('gives the most expensive route the first colour, and one without a price the colour of others', () => {
  const colours = new RouteColours();
  colours.learn([route('small', 0.15), route('local'), route('large', 2.5)]);
  expect(['large', 'small', 'local'].map((name) => colours.tokenOf(name))).toEqual([
    '--route-1',
    '--route-2',
    '--route-0',
  ]);
});

it('keeps the colour of a route when another one comes', () => {
  const colours = new RouteColours();
  colours.learn([route('small', 0.15)]);
  colours.learn([route('large', 2.5), route('small', 0.15)]);
  expect(colours.tokenOf('small')).toBe('--route-1');
  expect(colours.tokenOf('large')).toBe('--route-2');
});

it('lets the routes beyond the ramp share the colour of others', () => {
  const colours = new RouteColours();
  colours.learn(Array.from({ length: 8 }, (_, at) => route(`r${at}`, 8 - at)));
  expect(colours.isOther('r4')).toBe(false);
  expect([colours.isOther('r5'), colours.isOther('r7'), colours.isOther('never seen')]).toEqual([true, true, true]);
});
