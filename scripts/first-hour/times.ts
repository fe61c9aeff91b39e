import { availableParallelism, loadavg } from 'node:os';

/** How long a step took. */
export interface StepTime {
  readonly title: string;
  readonly seconds: number;
}

const HEADING = '## How long it takes';

/** The section of `docs/first-hour.md` that gives the times, as Markdown. */
export function timesSection(steps: readonly StepTime[], calls: readonly StepTime[]): string {
  const rows = (times: readonly StepTime[]): string[] => {
    const cells = times.map(({ title, seconds }) => [title, `${Math.max(1, Math.round(seconds))} s`] as const);
    const widths = [0, 1].map((column) =>
      Math.max(...[['step', 'time'], ...cells].map((row) => row[column]?.length ?? 0)),
    );
    const line = (row: readonly string[]): string =>
      `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
    return [line(['step', 'time']), line(widths.map((width) => '-'.repeat(width))), ...cells.map(line)];
  };
  return [
    HEADING,
    '',
    `\`npm run first-hour -- --write\` measured these times with Node.js ${process.versions.node} on ${availableParallelism()} cores`,
    `with a load of ${loadavg()[2]?.toFixed(0)}. The npm cache was empty at the start.`,
    '',
    ...rows(steps),
    '',
    'The first call with each SDK, from an empty project:',
    '',
    ...rows(calls),
    '',
  ].join('\n');
}

/** A page with another section of times. @throws if the page has none */
export function withTimes(page: string, section: string): string {
  const start = page.indexOf(`${HEADING}\n`);
  if (start === -1) throw new Error(`the page has no section "${HEADING}"`);
  const next = page.indexOf('\n## ', start);
  return page.slice(0, start) + section + (next === -1 ? '' : page.slice(next));
}
