import { describe, expect, it } from 'vitest';
import { filterCount, readView, toggleFilter, type View, writeView } from './view.ts';

const view = (hash: string): View => readView(hash);

describe('the URL is the state', () => {
  it.each([
    '#/overview',
    '#/requests?status=error&status=cut&cache=hit&route=large&route=a%26b&workflow=%3Cb%3E&range=24h',
    '#/requests?fromAtMs=1000&toAtMs=2000&q=acme&sort=cost&order=asc&hide=tenant%2Ccached',
    '#/requests/a%2Fb%3F?status=error',
    '#/requests?priced=no',
    '#/what-if?range=7d',
  ])('%s is read and written without loss', (hash) => {
    expect(writeView(view(hash))).toBe(hash);
    expect(view(writeView(view(hash)))).toEqual(view(hash));
  });

  it('opens the overview, and leaves the range to the server, when nothing is said', () => {
    expect(view('')).toEqual({ screen: 'overview', query: {}, hiddenColumns: [] });
  });

  it('leaves out what it does not know', () => {
    expect(view('#/nowhere?range=2y&status=fine&sort=luck&fromAtMs=x&toAtMs=9')).toEqual(view('#/overview'));
    expect(view('#/requests?fromAtMs=9&toAtMs=3').query).toEqual({});
  });

  it('takes an id with a stray percent sign as it is', () => {
    expect(view('#/requests/100%')).toMatchObject({ screen: 'request', id: '100%' });
  });

  it('keeps the filters of the table on the page of one request, and drops them on other screens', () => {
    const request = view('#/requests/a?route=large');
    expect(writeView({ ...request, screen: 'requests' })).toBe('#/requests?route=large');
    expect(writeView({ ...request, screen: 'cache' })).toBe('#/cache');
  });

  it('adds a filter and takes it away again', () => {
    const one = toggleFilter({}, 'route', 'large');
    const two = toggleFilter(one, 'route', 'small');
    expect(two).toEqual({ route: ['large', 'small'] });
    expect(filterCount({ ...two, fromAtMs: 1, toAtMs: 2, q: 'x' })).toBe(3);
    expect(toggleFilter(one, 'route', 'large')).toEqual({});
  });
});
