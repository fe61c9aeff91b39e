import { step, WorkflowContext } from 'tta-dev-primitives';
import { expect, it } from 'vitest';
import { dashboard } from './dashboard.ts';
import type { RequestPage, Savings } from './wire/index.ts';

const NAMES = [
  '<img src=x onerror=alert(1)>',
  '</script><script>alert(1)</script>',
  'line\nbreak\r\nand tab\t',
  'right to left \u202E override',
  'עברית',
  '👩‍👩‍👧‍👦 family',
  '__proto__',
  'constructor',
  'event: state\ndata: {}\n\n',
  '=HYPERLINK("http://evil.example")',
  'x'.repeat(10_000),
] as const;

it('keeps the names of users as text, wherever they are sent', async () => {
  const handle = dashboard();
  const get = async (path: string): Promise<Response> => handle(new Request(`http://127.0.0.1/api/${path}`));
  for (const name of NAMES) await step(name, () => 1).execute(null, new WorkflowContext({ tenantId: name }));
  const { rows, summary } = (await (await get('requests')).json()) as RequestPage;
  const kept = NAMES.map((name) => (name.length > 200 ? `${name.slice(0, 199)}…` : name));
  expect(rows.map(({ workflow, tenant }) => [workflow, tenant])).toEqual(kept.map((name) => [name, name]).reverse());
  expect(summary.facets.tenant.values).toHaveLength(NAMES.length);
  const found = (await (await get(`requests?tenant=${encodeURIComponent('__proto__')}`)).json()) as RequestPage;
  expect(found.rows).toMatchObject([{ workflow: '__proto__' }]);
  const events = await get('events?screen=requests');
  const reader = (events.body as ReadableStream<Uint8Array>).getReader();
  const text = new TextDecoder().decode((await reader.read()).value);
  expect(
    text
      .trimEnd()
      .split('\n')
      .map((line) => line.split(':', 1)[0]),
  ).toEqual(['event', 'id', 'data']);
  await reader.cancel();
  const savings = (await (await get('savings')).json()) as Savings;
  expect(savings.headline.savedUsd).toBe(0);
  handle.close();
});
