import { writeFile } from 'node:fs/promises';
import { usd } from '../output/format.ts';
import { UsageError } from '../usage-error.ts';
import type { Bucket, LedgerReport } from './ledger-report.ts';
import { tablesOf } from './tables.ts';
import { figuresOf, periodText } from './text.ts';

const WIDTH = 960;
const HEIGHT = 200;

const STYLE = `
:root { color-scheme: light dark; --ink: #1c1e21; --grey: #6b7178; --line: #e3e5e8; --ground: #fff; --spend: #4a6fa5; --saved: #2f8f5b; --failed: #b3402e }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --grey: #9aa0a6; --line: #33373c; --ground: #16181b; --spend: #7ea3d8; --saved: #5cc08a; --failed: #e0776a } }
body { margin: 32px auto; max-width: 1000px; padding: 0 16px; background: var(--ground); color: var(--ink); font: 13px/1.5 system-ui, sans-serif; font-variant-numeric: tabular-nums }
h1 { font-size: 24px; font-weight: 600 } h2 { font-size: 15px; font-weight: 600; margin-top: 32px } p { color: var(--grey) }
.scroll { overflow-x: auto } table { border-collapse: collapse; width: 100% }
th, td { padding: 4px 8px; border-bottom: 1px solid var(--line); text-align: right; font-weight: 400; white-space: nowrap }
th { color: var(--grey) } th:first-child, td:first-child { text-align: left } dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px }
dt { color: var(--grey); white-space: pre } dd { margin: 0 } svg { width: 100%; height: auto } text { fill: var(--grey); font-size: 11px }
.spend { fill: var(--spend) } .saved { fill: var(--saved) } .failed { fill: var(--failed) } .key { display: inline-block; width: 9px; height: 9px; margin: 0 4px 0 12px }`;

/**
 * Writes the report as one page with plots. It loads nothing and runs no script.
 *
 * @throws UsageError if the file cannot be written
 */
export async function writeHtml(path: string, report: LedgerReport): Promise<void> {
  try {
    await writeFile(path, htmlOf(report));
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new UsageError(`${path} cannot be written (${code})`, { cause: error });
  }
}

function htmlOf(report: LedgerReport): string {
  const figures = figuresOf(report).map(([name, text]) => `<dt>${escaped(name)}</dt><dd>${escaped(text)}</dd>`);
  const tables = tablesOf(report.totals).map(({ title, head, rows }) => {
    const cells = (tag: string, texts: readonly string[]): string =>
      `<tr>${texts.map((text) => `<${tag}><bdi>${escaped(text)}</bdi></${tag}>`).join('')}</tr>`;
    const body = rows.map((row) => cells('td', row)).join('');
    return `<h2>${escaped(title)}</h2><div class="scroll"><table>${cells('th', head)}${body}</table></div>`;
  });
  const money = plot(report.buckets, [
    ['spend', ({ spendUsd }) => spendUsd],
    ['saved', ({ savedUsd }) => Math.max(0, savedUsd)],
  ]);
  const requests = plot(
    report.buckets,
    [
      ['spend', ({ requests: all, failed }) => all - failed],
      ['failed', ({ failed }) => failed],
    ],
    (count) => String(Math.round(count)),
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Savings</title><style>${STYLE}</style></head><body>
<h1>Savings</h1><p>${escaped(periodText(report))}</p><dl>${figures.join('')}</dl>
<h2>Baseline over time</h2><p><span class="key" style="background:var(--spend)"></span>spent<span class="key" style="background:var(--saved)"></span>saved</p>${money}
<h2>Requests over time</h2><p><span class="key" style="background:var(--spend)"></span>answered<span class="key" style="background:var(--failed)"></span>without an answer</p>${requests}
${tables.join('\n')}
</body></html>
`;
}

type Part = readonly [name: string, read: (bucket: Bucket) => number];

/** Bars for each bucket, their parts one above the other. */
function plot(buckets: readonly Bucket[], parts: readonly Part[], label: (value: number) => string = usd): string {
  const heights = buckets.map((bucket) => parts.reduce((sum, [, read]) => sum + read(bucket), 0));
  const most = Math.max(...heights) || 1;
  const step = WIDTH / buckets.length;
  const bars = buckets.flatMap((bucket, index) => {
    let top = HEIGHT;
    return parts.map(([name, read]) => {
      const height = (read(bucket) / most) * (HEIGHT - 20);
      top -= height;
      const title = `${new Date(bucket.fromMs).toISOString().slice(0, 16)}: ${name} ${label(read(bucket))}`;
      const place = `x="${(index * step).toFixed(1)}" y="${top.toFixed(1)}" width="${(step - 2).toFixed(1)}" height="${height.toFixed(1)}"`;
      return `<rect class="${name}" ${place}><title>${title}</title></rect>`;
    });
  });
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT + 4}" role="img"><text x="0" y="12">${label(most)}</text>${bars.join('')}</svg>`;
}

/** Names of users are text, and never markup. */
function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}
