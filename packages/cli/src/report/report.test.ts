import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LedgerEntry, sqliteSink } from 'tta-observability-integration/llm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeIo } from '../__fixtures__/fake-io.ts';
import { runCli } from '../cli.ts';

const HOSTILE = '<img src=x onerror=alert(1)>|\n\u202eacme';

const entry = (id: number, more: Partial<LedgerEntry> = {}): LedgerEntry => ({
  version: 1,
  id: String(id),
  workflowId: 'w',
  workflow: 'ask',
  kind: 'router',
  startedAtMs: Date.UTC(2026, 0, 1) + id * 60_000,
  durationMs: 1,
  status: 'success',
  route: 'small',
  tenantId: id % 2 === 0 ? 'acme' : HOSTILE,
  decisions: [],
  attempts: [
    { operation: 'chat', startedAtMs: 0, durationMs: 1, status: 'success', costUsd: 1, model: 'm', route: 'small' },
  ],
  lookups: [],
  timeouts: [],
  retries: 0,
  fallbacks: 0,
  costUsd: 1,
  baselineUsd: 4,
  savedUsd: { routing: 2, cache: 1 },
  wastedUsd: {},
  ...more,
});

let folder = '';
let file = '';
const entries = Array.from({ length: 10 }, (_, id) => entry(id));

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tta-report-'));
  file = join(folder, 'ledger.jsonl');
  writeFileSync(file, `${entries.map((each) => JSON.stringify(each)).join('\n')}\n{"version":1,"id":"to`);
});

afterAll(() => rmSync(folder, { recursive: true }));

async function said(args: readonly string[], isTTY = false) {
  const io = fakeIo({ env: {}, isTTY });
  return { exitCode: await runCli(args, '1.2.3', io), out: io.out(), err: io.err() };
}

describe('tta report', () => {
  it('says what was spent, saved and wasted, and who spent it', async () => {
    const { exitCode, out, err } = await said(['report', file]);
    expect(exitCode).toBe(0);
    expect(out).toContain(
      '10 requests from 2026-01-01 00:00:00 to 2026-01-01 00:09:00 UTC'.replace('00:00:00 to', '00:00:00 UTC to'),
    );
    expect(out).toContain('Saved        $30.0000, 75.0 % of the baseline');
    expect(out).toContain('realised   $10.0000');
    expect(out).toContain('estimated  $20.0000');
    expect(out).toMatch(/^acme +5 +\$5\.0000 +\$20\.0000 +\$15\.0000 +75\.0 % +\$0\.0000 +0$/m);
    expect(err).toContain('skipped 1 of 11 lines');
  });

  it('prints the totals of the ledger as JSON', async () => {
    const { out } = await said(['report', file, '--json']);
    expect(JSON.parse(out)).toMatchObject({ entries: 10, skipped: 1, totals: { spendUsd: 10, baselineUsd: 40 } });
  });

  it('counts an entry that is in two files once', async () => {
    const { out } = await said(['report', file, file, '--json']);
    expect(JSON.parse(out)).toMatchObject({ totals: { requests: 10, spendUsd: 10 } });
  });

  it('prints markdown in which the names of users are no markup', async () => {
    const { out } = await said(['report', file, '--markdown']);
    expect(out).toContain('| Saved | $30.0000, 75.0 % of the baseline |');
    expect(out).toContain('\\<img src=x onerror=alert(1)\\>\\| acme');
  });

  it('writes a page that loads nothing and shows the names of users as text', async () => {
    const page = join(folder, 'report.html');
    const { exitCode } = await said(['report', file, '--html', page]);
    const html = readFileSync(page, 'utf8');
    expect(exitCode).toBe(0);
    expect(html).toContain('<svg');
    expect(html).toContain("default-src 'none'");
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(html).not.toMatch(/<img|<script|https?:/);
  });

  it('reads a database', async () => {
    const path = join(folder, 'ledger.db');
    const sink = sqliteSink({ path });
    for (const each of entries) sink.write(each);
    await sink.close();
    expect(JSON.parse((await said(['report', path, '--json'])).out)).toMatchObject({ totals: { spendUsd: 10 } });
  });

  it.each([
    ['a file that is missing', ['report', '/no/such/file'], 'tta: /no/such/file cannot be read (ENOENT)'],
    ['a page that cannot be written', ['report', 'FILE', '--html', '/no/such/x.html'], 'cannot be written (ENOENT)'],
  ])('refuses %s in one sentence', async (_, args, message) => {
    const { exitCode, err } = await said(args.map((arg) => (arg === 'FILE' ? file : arg)));
    expect(exitCode).toBe(2);
    expect(err).toContain(message);
    expect(err.trim().split('\n')).toHaveLength(1);
  });

  it('refuses a file without an entry', async () => {
    const empty = join(folder, 'empty.jsonl');
    writeFileSync(empty, 'hello\n');
    expect((await said(['report', empty])).err).toBe(`tta: ${empty} has no ledger entry (1 other lines)\n`);
  });
});
