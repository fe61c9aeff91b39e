import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { prometheusPrograms } from '../../scripts/services/prometheus-programs.ts';
import { problemsOf } from './check.ts';
import { startPrometheus } from './prometheus.ts';

const ROOT = join(import.meta.dirname, '../..');
const METRICS_URL = /^Metrics are at (\S+) while this runs/;
const GOES_ON = /^Requests go on/;
/** The ranges of the page need minutes. What these see was sent after the demo had printed its report. */
const RANGE_S = 20;

const programs = prometheusPrograms();

/** The demo as `npm start` runs it, in a process of its own. What it says about itself is on stderr. */
async function startDemo() {
  const main = join(ROOT, 'packages/cli/src/main.ts');
  const parameters = ['--conditions=tta-source', main, 'demo', '--keep', '--port', '0', '--requests', '60'];
  const demo = spawn(process.execPath, parameters, { stdio: ['ignore', 'ignore', 'pipe'] });
  const lines = createInterface({ input: demo.stderr })[Symbol.asyncIterator]();
  return {
    /** What the expression finds in the next line that it matches. @throws Error if the demo ends before */
    async lineLike(expression: RegExp): Promise<RegExpExecArray> {
      for (;;) {
        const { value, done } = await lines.next();
        if (done === true) throw new Error(`the demo has ended without ${expression}`);
        const found = expression.exec(value);
        if (found !== null) return found;
      }
    },
    async [Symbol.asyncDispose]() {
      const ended = once(demo, 'exit');
      demo.kill();
      await ended;
    },
  };
}

/** Each query that the page has, with shorter ranges. */
function documentedQueries(): readonly string[] {
  const spans = readFileSync(join(ROOT, 'docs/metrics.md'), 'utf8').match(/`[^`]+`/g) ?? [];
  const queries = spans.map((span) => span.slice(1, -1)).filter((span) => /\[\d+[mhd]\]/.test(span));
  return queries.map((query) => query.replaceAll(/\[\d+[mhd]\]/g, `[${RANGE_S}s]`));
}

it.skipIf(programs === undefined)('each query of docs/metrics.md has a result while the demo goes on', async () => {
  await using demo = await startDemo();
  const [, url = ''] = await demo.lineLike(METRICS_URL);
  const targets = { tta: new URL(url).host };
  const prometheus = await startPrometheus({ program: programs?.prometheus ?? '', targets });
  try {
    await demo.lineLike(GOES_ON);
    await sleep(RANGE_S * 1_000);
    const queries = documentedQueries().map((expr) => ({ where: 'docs/metrics.md', expr: `${expr} != 0` }));
    expect(queries.length).toBeGreaterThan(5);
    await expect.poll(() => problemsOf(queries, prometheus), { interval: 1_000 }).toEqual([]);
  } finally {
    await prometheus.stop();
  }
});
