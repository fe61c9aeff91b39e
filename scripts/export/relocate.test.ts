import { describe, expect, it } from 'vitest';
import { exportedPath, relocateLinks } from './relocate.ts';

describe('exportedPath', () => {
  it.each([
    ['packages/observability/src/llm/usage.ts', 'src/llm/usage.ts'],
    ['packages/observability/acceptance/stores.test.ts', 'test/stores.test.ts'],
    ['packages/observability/README.md', 'README.md'],
    ['docs/concepts.md', 'docs/concepts.md'],
  ])('takes %s to %s', (path, place) => {
    expect(exportedPath(path)).toBe(place);
  });

  it.each([
    'README.md',
    'packages/observability/package.json',
    'packages/observability/src/llm/usage.test.ts',
    'packages/observability/src/primitives/cache/__fixtures__/chat.ts',
    'packages/cli/README.md',
    'docs-of-another/page.md',
  ])('leaves %s where it is', (path) => {
    expect(exportedPath(path)).toBeUndefined();
  });
});

describe('relocateLinks', () => {
  const exported = new Set([
    'packages/observability/README.md',
    'packages/observability/src/llm/usage.ts',
    'docs/caching.md',
    'docs/pictures/page.png',
    'examples/cache.ts',
  ]);
  const inReadme = (text: string) => relocateLinks('packages/observability/README.md', text, exported);

  it('leads to files and folders from the new place', () => {
    expect(inReadme('[a](../../docs/caching.md#keys) [b](src/llm/usage.ts) [c](../../examples)')).toBe(
      '[a](docs/caching.md#keys) [b](src/llm/usage.ts) [c](examples)',
    );
    expect(relocateLinks('docs/caching.md', '[u](../packages/observability/src/llm/usage.ts)', exported)).toBe(
      '[u](../src/llm/usage.ts)',
    );
  });

  it('keeps the label of a link to what is not exported', () => {
    expect(inReadme('see [tta-cli](../cli/README.md), and [`x`](../evaluation/README.md#x)')).toBe(
      'see tta-cli, and `x`',
    );
  });

  it('takes pictures along, and drops those that are not exported', () => {
    expect(inReadme('![p](../../docs/pictures/page.png)![q](../../docs/pictures/q.png)')).toBe(
      '![p](docs/pictures/page.png)',
    );
  });

  it('leaves addresses and anchors of the page itself alone', () => {
    const text = '[a](https://example.org/x) [b](#install) [c](mailto:a@example.org)';
    expect(inReadme(text)).toBe(text);
  });
});
