import type { VNode } from 'preact';
import type { Savings, SavingsLine } from '../../../../src/wire/index.ts';
import { countOf } from '../../format/count.ts';
import { grouped } from '../../format/grouped.ts';
import { columnDecimals } from '../../format/money.ts';
import { CacheMark, Name, RouteMark } from '../../parts/names.tsx';
import { ColumnMoney, Money, Share } from '../../parts/numbers.tsx';
import { Panel, TableFrame } from '../../parts/panel.tsx';

const CAUSES: Readonly<Record<Exclude<SavingsLine['cause'], 'route'>, string>> = {
  cache: 'Cache hits',
  shared: 'Shared a call',
  stale: 'Stale answers',
  no_answer: 'Calls without answer',
  failed_tries: 'Tries that failed',
  costlier: 'Costlier than baseline',
  measuring: 'Cost of measuring',
};

const GAINS: ReadonlySet<SavingsLine['cause']> = new Set(['route', 'cache', 'shared', 'stale']);

/** Every cause with what it saved or lost. The lines add up to the headline. */
export function LedgerPanel({ savings }: { readonly savings: Savings }): VNode {
  const { lines, headline } = savings;
  const gains = lines.filter(({ cause }) => GAINS.has(cause));
  const losses = lines.filter(({ cause }) => !GAINS.has(cause));
  const gross = gains.reduce((sum, { savedUsd }) => sum + savedUsd, 0);
  const decimals = Math.max(4, columnDecimals(lines.map(({ savedUsd }) => savedUsd)));
  const shareOf = (usd: number): number | undefined =>
    headline.baselineUsd === 0 ? undefined : usd / headline.baselineUsd;
  return (
    <Panel title="Ledger" note="every line is a sum of requests; the lines add up" place="span-7 full" isFlush>
      <TableFrame label="Ledger">
        <thead>
          <tr>
            <th>Cause</th>
            <th class="num wide-only">Requests</th>
            <th class="wide-only">Known how</th>
            <th class="num">Saved</th>
            <th class="num">Of baseline</th>
          </tr>
        </thead>
        <tbody>
          {gains.map((line) => (
            <Line key={`${line.cause}:${line.route}`} line={line} decimals={decimals} />
          ))}
          {losses.length === 0 ? null : (
            <Total title="Saved, gross" usd={gross} share={shareOf(gross)} decimals={decimals} />
          )}
          {losses.map((line) => (
            <Line key={`${line.cause}:${line.route}`} line={line} decimals={decimals} />
          ))}
        </tbody>
        <tfoot>
          <Total title="Saved" usd={headline.savedUsd} share={shareOf(headline.savedUsd)} decimals={decimals} />
        </tfoot>
      </TableFrame>
      <div class="foot">
        <p>
          Baseline <Money usd={headline.baselineUsd} />: <Baselines names={headline.baselines} /> answers everything,
          nothing is cached.
          {headline.unpriced === 0
            ? ''
            : ` ${countOf(headline.unpriced, 'request')} without a price ${headline.unpriced === 1 ? 'is' : 'are'} in no line.`}
          <Losses headline={headline} />
        </p>
      </div>
    </Panel>
  );
}

/** What was paid for nothing: part of the spend, and so in no line. */
function Losses({ headline }: { readonly headline: Savings['headline'] }): VNode | null {
  const { wastedUsd, failedTriesUsd } = headline;
  if (wastedUsd === 0 && failedTriesUsd === 0) return null;
  return (
    <>
      {' '}
      Of the spend, <Money usd={wastedUsd} /> went to requests without an answer, and <Money usd={failedTriesUsd} /> to
      tries that failed.
    </>
  );
}

function Baselines({ names }: { readonly names: readonly string[] }): VNode {
  const [only, ...others] = names;
  return only === undefined || others.length > 0 ? <>the costliest route of each router</> : <Name text={only} />;
}

interface LineProps {
  readonly line: SavingsLine;
  readonly decimals: number;
}

function Line({ line, decimals }: LineProps): VNode {
  const { cause, route, requests, knownHow, savedUsd, share } = line;
  return (
    <tr>
      <td class="ink">
        <span class="route">
          <CauseMark line={line} />
          <span class="clip">
            {cause === 'route' ? (
              <>
                Routed to <Name text={route ?? 'another route'} />
              </>
            ) : (
              CAUSES[cause]
            )}
          </span>
        </span>
      </td>
      <td class="num wide-only">{requests === 0 ? <span class="muted">none</span> : grouped(requests)}</td>
      <td class="muted wide-only">{knownHow}</td>
      <td class={savedUsd > 0 ? 'num saved' : 'num ink'}>
        <ColumnMoney usd={savedUsd} decimals={decimals} />
      </td>
      <td class="num">
        <Share of={savedUsd === 0 ? undefined : (share ?? undefined)} />
      </td>
    </tr>
  );
}

function CauseMark({ line: { cause, route } }: { readonly line: SavingsLine }): VNode {
  if (cause === 'route') return <RouteMark route={route} />;
  if (GAINS.has(cause)) return <CacheMark />;
  return <i class="mark" style={{ '--c': 'var(--spent-fill)' }} />;
}

interface TotalProps {
  readonly title: string;
  readonly usd: number;
  readonly share: number | undefined;
  readonly decimals: number;
}

function Total({ title, usd, share, decimals }: TotalProps): VNode {
  return (
    <tr class="total">
      <td>{title}</td>
      <td class="wide-only" />
      <td class="wide-only" />
      <td class={usd > 0 ? 'num saved' : 'num ink'}>
        <ColumnMoney usd={usd} decimals={decimals} />
      </td>
      <td class="num">
        <Share of={share} />
      </td>
    </tr>
  );
}
