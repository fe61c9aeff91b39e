import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readLedger } from './read-ledger.ts';

/** What the provider has billed, in US dollars by request. */
const bill = new Map<string, number>();
let served = 0;
/** Called with the number of answers so far, before the next one is sent. */
let onServe: (served: number) => void = () => {};

/** A provider that is overloaded now and then, and bills what it answers. */
const provider = createServer(async (request, response) => {
  const id = await text(request);
  served += 1;
  if (served % 5 === 0) {
    response.writeHead(503).end();
    return;
  }
  const [input, output] = [100 + (served % 7), 20 + (served % 11)];
  bill.set(id, (bill.get(id) ?? 0) + (input * 0.15 + output * 0.6) / 1e6);
  onServe(served);
  const usage = { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
  const choices = [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'hello' } }];
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ object: 'chat.completion', model: 'm', choices, usage }));
});

let url = '';
let folder = '';
beforeAll(async () => {
  provider.listen(0, '127.0.0.1');
  await once(provider, 'listening');
  url = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
  folder = await mkdtemp(join(tmpdir(), 'ledger-kills-'));
});
afterAll(async () => {
  provider.closeAllConnections();
  provider.close();
  await rm(folder, { recursive: true, force: true });
});

interface Life {
  /** After so many answers the process is killed, or its input ends. */
  readonly answers: number;
  /** Entries are flushed after so many requests. */
  readonly flushEvery: number;
}

/** Lets a process work for one life. @returns the requests that were stored for sure */
async function live(
  path: string,
  name: string,
  { answers, flushEvery }: Life,
  isKilled: boolean,
): Promise<readonly string[]> {
  const file = new URL('__fixtures__/ledger-process.ts', import.meta.url).pathname;
  const parameters = ['--conditions=tta-source', '--disable-warning=ExperimentalWarning', file];
  const child = spawn(process.execPath, [...parameters, url, path, name, String(flushEvery)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const last = served + answers;
  onServe = (count) => {
    if (count < last) return;
    if (isKilled) child.kill('SIGKILL');
    else child.stdin.end();
  };
  const [printed] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  return printed.split(/\s+/).filter((id) => id !== '');
}

const life = fc.record<Life>({
  answers: fc.integer({ min: 1, max: 120 }),
  flushEvery: fc.integer({ min: 1, max: 25 }),
});

describe.each(['ledger.jsonl', 'ledger.db'])('a ledger in %s, of processes that are killed at random', (name) => {
  test('agrees with the bill in every entry, has none twice, and loses none that was flushed', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(life, { minLength: 1, maxLength: 2 }), life, async (killed, last) => {
        run += 1;
        const path = join(folder, `${run}-${name}`);
        const flushed: string[] = [];
        for (const [index, each] of killed.entries())
          flushed.push(...(await live(path, `${name}${run}.${index}`, each, true)));
        flushed.push(...(await live(path, `${name}${run}.last`, last, false)));

        const costs = new Map<string, number | null>();
        const ids = new Set<string>();
        const { entries, skipped } = await readLedger(path, ({ id, workflowId, costUsd }) => {
          ids.add(id);
          costs.set(workflowId, costUsd);
        });
        expect([ids.size, costs.size]).toEqual([entries, entries]);
        expect(skipped).toBeLessThanOrEqual(killed.length);
        let [sumUsd, billUsd] = [0, 0];
        for (const [workflowId, costUsd] of costs) {
          sumUsd += costUsd ?? Number.NaN;
          billUsd += bill.get(workflowId) ?? Number.NaN;
          expect(costUsd).toBeCloseTo(bill.get(workflowId) ?? Number.NaN, 12);
        }
        expect(sumUsd).toBeCloseTo(billUsd, 9);
        expect(flushed.filter((workflowId) => !costs.has(workflowId))).toEqual([]);
      }),
      { numRuns: 2, seed: 7, endOnFailure: true },
    );
  }, 600_000);
});
