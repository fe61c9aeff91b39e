import { expect, it } from 'vitest';
import { codeFindings } from './code.ts';

const page = (code: string) => ({ path: 'page.md', text: `Thus:\n\n\`\`\`ts\n${code}\n\`\`\`\n` });

it('compiles code with imports that a page leaves out and names that a reader has', async () => {
  expect(
    await codeFindings([page('const cache = new CachePrimitive(ask, { ttlMs: 1 });\nawait cache.execute(question);')]),
  ).toEqual([]);
});

it.each([
  ['of any SDK', ''],
  ['of LangChain', "import '@langchain/core/messages';"],
])('finds code %s that does not compile, and names its place', async (_, line) => {
  const [finding] = await codeFindings([page(`new CachePrimitive(ask, { ttl: 1 });${line}`)]);
  expect(finding).toMatch(/^page\.md:3\(1,\d+\): error .*'ttl'/);
});
