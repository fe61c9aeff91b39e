import { expect, it } from 'vitest';
import { linkFindings } from './links.ts';

it('finds the links to a page, a file or a heading that does not exist', async () => {
  const text =
    '[a](docs/no.md)\n\n[b](docs/caching.md#no) [c](docs/caching.md#keys-and-scopes) [d](https://example.org/no) [e](LICENSE) [f](no.ts)\n';
  expect(await linkFindings([{ path: 'README.md', text }])).toEqual([
    'README.md:1: the link to docs/no.md leads nowhere',
    'README.md:3: the link to docs/caching.md#no leads nowhere',
    'README.md:3: the link to no.ts leads nowhere',
  ]);
});

it('reads a link from the folder of its page, and an anchor alone from the page itself', async () => {
  const text = '[a](caching.md) [b](../README.md) [c](#keys-and-scopes) [d](#no)\n';
  expect(await linkFindings([{ path: 'docs/caching.md', text }])).toEqual([
    'docs/caching.md:1: the link to #no leads nowhere',
  ]);
});
