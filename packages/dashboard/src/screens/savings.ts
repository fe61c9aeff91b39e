import type { Observations } from '../data/observations.ts';
import type { Tally } from '../data/tally.ts';
import type { BridgeStep, Range, Savings, SavingsLine } from '../wire/index.ts';
import { headlineOf } from './headline.ts';
import { holdOutOf } from './hold-out.ts';
import { periodOf, shareOf } from './period.ts';

type Line = Omit<SavingsLine, 'share'>;

export function readSavings(observations: Observations, range: Range): Savings {
  const period = observations.timeline.read(range, observations.now());
  const lines = linesOf(period.all, observations);
  const headline = headlineOf(period.all, observations);
  const holdOut = holdOutOf(period.all, shareOf(headline.savedUsd, headline.baselineUsd));
  return {
    range,
    period: periodOf(period),
    headline,
    lines: lines.map((line) => ({ ...line, share: shareOf(line.savedUsd, headline.baselineUsd) })),
    bridge: bridgeOf(lines, period.all),
    ...(holdOut !== undefined && { holdOut }),
  };
}

/** Lines that add up to what was saved: each saving by what made it, and each loss by what caused it. */
function linesOf({ money, routes, cache }: Tally, { routes: registry }: Observations): Line[] {
  const lines: Line[] = [];
  const baselines = new Set(registry.all.filter(({ isBaseline }) => isBaseline).map(({ name }) => name));
  let byRoutes = 0;
  for (const [route, { routed, savedUsd }] of routes.entries()) {
    if (routed === 0 || (savedUsd === 0 && baselines.has(route))) continue; // the baseline saves nothing
    byRoutes += savedUsd;
    lines.push({ cause: 'route', route, requests: routed, knownHow: 'estimated', savedUsd });
  }
  const unrouted = money.savedByRouteUsd - byRoutes;
  if (Math.abs(unrouted) > ROUNDING) {
    lines.push({ cause: 'route', requests: 0, knownHow: 'estimated', savedUsd: unrouted });
  }
  for (const [cause, word] of CACHED) {
    const requests = cache.words[word];
    if (requests > 0) lines.push({ cause, requests, knownHow: 'realised', savedUsd: cache.savedBy[word] });
  }
  const refreshes = money.savedByCacheUsd - cache.savedBy.hit - cache.savedBy.shared - cache.savedBy.stale;
  if (Math.abs(refreshes) > ROUNDING) {
    lines.push({ cause: 'costlier', requests: 0, knownHow: 'realised', savedUsd: refreshes });
  }
  if (money.measuringUsd > 0) {
    lines.push({ cause: 'measuring', requests: 0, knownHow: 'paid', savedUsd: -money.measuringUsd });
  }
  return lines;
}

const CACHED = [
  ['cache', 'hit'],
  ['shared', 'shared'],
  ['stale', 'stale'],
] as const;

/** What sums of many small amounts may be apart, in US dollars. */
const ROUNDING = 1e-9;

const KINDS: Readonly<Record<SavingsLine['knownHow'], BridgeStep['kind']>> = {
  estimated: 'estimated',
  realised: 'realised',
  paid: 'paid',
};

function bridgeOf(lines: readonly Line[], { money }: Tally): BridgeStep[] {
  const steps: BridgeStep[] = lines.map(({ knownHow, cause, route, savedUsd }) => ({
    kind: KINDS[knownHow],
    cause,
    ...(route !== undefined && { route }),
    usd: -savedUsd,
  }));
  if (money.noAnswerUsd > 0) steps.push({ kind: 'no_answer', cause: 'no_answer', usd: -money.noAnswerUsd });
  return [{ kind: 'baseline', usd: money.baselineUsd }, ...steps, { kind: 'spent', usd: money.spentUsd }];
}

/** The lines as a table for a spreadsheet; a name that a spreadsheet would take for a formula is marked as text. */
export function savingsCsv({ lines, headline }: Savings): string {
  const rows = [
    ['cause', 'route', 'requests', 'known_how', 'saved_usd', 'share_of_baseline'],
    ...lines.map(({ cause, route = '', requests, knownHow, savedUsd, share }) => [
      ...[cause, route, requests, knownHow, savedUsd, share ?? ''],
    ]),
    ['saved', '', '', '', headline.savedUsd, ''],
    ['spent', '', '', '', headline.spentUsd, ''],
    ['no_answer', '', '', '', headline.noAnswerUsd, ''],
    ['baseline', '', '', '', headline.baselineUsd, ''],
    ['unpriced_requests', '', headline.unpriced, '', '', ''],
  ];
  return rows.map((row) => `${row.map(cellOf).join(',')}\r\n`).join('');
}

function cellOf(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
