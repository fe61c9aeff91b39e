import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { step } from 'tta-dev-primitives';
import { readLedger } from 'tta-observability-integration/llm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askAll, cached, router } from '../__fixtures__/workflow.ts';
import type { RunningDashboard } from '../serve.ts';
import { startDashboard } from '../start-dashboard.ts';
import type { Overview, RequestPage, Savings, Status } from '../wire/index.ts';
import { MAX_WAITING } from './history.ts';

const QUESTIONS = ['hi', 'a long question', 'hi', 'another long one', 'hello', 'a long question'];

let folder: string;
let path: string;
const running: RunningDashboard[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tta-history-'));
  path = join(folder, 'history.db');
});

afterEach(async () => {
  for (const { close } of running.splice(0)) await close();
  await rm(folder, { recursive: true });
});

async function start(history = path) {
  const started = await startDashboard({ port: 0, history });
  running.push(started);
  const get = async <Answer>(what: string): Promise<Answer> =>
    (await (await fetch(`${started.url}api/${what}`)).json()) as Answer;
  return { ...started, get };
}

describe('a history', () => {
  it('keeps sums and requests over a restart', async () => {
    const first = await start();
    const [routing, workflow] = [router(), cached(router())];
    await askAll(workflow, QUESTIONS, { tenantId: 'acme' });
    await askAll(routing, ['hi']);
    const [overview, savings] = [await first.get<Overview>('overview'), await first.get<Savings>('savings')];
    const before = await first.get<RequestPage>('requests');
    await first.close();

    const second = await start();
    const { saved, figures } = await second.get<Overview>('overview');
    expect([figures.requests.value, figures.hitRate.value]).toEqual([
      overview.figures.requests.value,
      overview.figures.hitRate.value,
    ]);
    for (const name of ['savedUsd', 'spentUsd', 'baselineUsd', 'cacheUsd'] as const)
      expect(saved[name]).toBeCloseTo(overview.saved[name], 12);
    const after = await second.get<RequestPage>('requests');
    // Only its process knows who made a stored answer.
    const told = ({ rows }: RequestPage) =>
      rows.map(({ id, status, cache, route, costUsd }) => ({
        ...{ id, status, cache, costUsd },
        ...(cache !== 'hit' && { route }),
      }));
    expect(told(after)).toEqual(told(before));
    expect((await second.get<Savings>('savings')).lines).toHaveLength(savings.lines.length);

    await askAll(workflow, ['hi']);
    const { requests, kept } = await second.get<Status>('status');
    expect([requests, kept.history]).toEqual([QUESTIONS.length + 2, true]);
  });

  it('reports a file that is not a history, and leaves it unchanged', async () => {
    await writeFile(path, 'dear diary\n');
    await expect(startDashboard({ port: 0, history: path })).rejects.toThrow(
      `the history ${path} cannot be used: it is not a database of requests`,
    );
  });

  it('that cannot be written costs no request, and the page says why', async () => {
    const { get } = await start(join(folder, 'missing', 'history.db'));
    await askAll(router(), ['hi']);
    await expect
      .poll(async () => (await get<Status>('status')).banners)
      .toMatchObject([
        { kind: 'set_up', text: expect.stringContaining('cannot be written: unable to open database file') },
      ]);
    expect((await get<Status>('status')).requests).toBe(1);
  });

  it('that cannot keep up drops the oldest requests, and the page says how many', async () => {
    const { get } = await start();
    await Promise.all(Array.from({ length: MAX_WAITING + 2 }, () => step('work', () => 1).execute(null))); // no timer runs meanwhile
    const { banners, requests } = await get<Status>('status');
    expect(banners).toMatchObject([
      { kind: 'dropped', level: 'different', title: '2 requests are missing in the history.' },
    ]);
    expect(requests).toBe(MAX_WAITING + 2);
  });

  it('has the requests of a process that ends, whose end it does not hold up', async () => {
    const program = `
      import { step } from 'tta-dev-primitives';
      import { startDashboard } from 'tta-dashboard';
      await startDashboard({ port: 0, history: ${JSON.stringify(path)} });
      for (let at = 0; at < 20; at += 1) await step('work', () => at).execute(null);
    `;
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      ['--conditions=tta-source', '--input-type=module', '--eval', program],
      { cwd: import.meta.dirname, timeout: 60_000 },
    );
    expect([stdout, stderr.replace(/^.*(ExperimentalWarning|--trace-warnings).*\n/gm, '')]).toEqual(['', '']);
    expect(await readLedger(path, () => {})).toEqual({ entries: 20, skipped: 0 });
  });
});
