import type { VNode } from 'preact';
import type { Cache, CacheLine } from '../../../../src/wire/index.ts';
import type { Layer } from '../../charts/layer.ts';
import { bucketName, stacked } from '../../charts/scale.ts';
import { sumOf, TimePlot, TipList } from '../../charts/time-plot.tsx';
import { countText } from '../../format/count.ts';
import { grouped } from '../../format/grouped.ts';
import { shareText } from '../../format/share.ts';
import { DurationFigure, Money } from '../../parts/numbers.tsx';
import { LegendItem, Mark, Nothing, Panel, TrackRows } from '../../parts/panel.tsx';
import { PageHead } from '../../shell/page-head.tsx';
import { screens } from '../../state/app-state.ts';
import { OperationsPanel } from './operations-panel.tsx';
import { StoresPanel } from './stores-panel.tsx';
import '../../style/screens.css';

/** What the cache answered, and why it did not answer more. */
export function CacheScreen(): VNode {
  const cache = screens.value.cache;
  return (
    <>
      <PageHead title="Cache" period={cache?.period} />
      {cache === undefined ? (
        <div class="still" />
      ) : cache.all.lookups === 0 && cache.stores.length === 0 ? (
        <Nothing height={200}>
          No cache was asked in this range. A CachePrimitive around a step fills this screen.
        </Nothing>
      ) : (
        <Content cache={cache} />
      )}
    </>
  );
}

function Content({ cache }: { readonly cache: Cache }): VNode {
  return (
    <div class="stack">
      <div class="grid">
        <Answered all={cache.all} hitAgeP50Ms={cache.hitAgeP50Ms} />
        <StoresPanel stores={cache.stores} />
        <OperationsPanel operations={cache.operations} all={cache.all} />
        <div class="stack span-4 full">
          <Reasons title="Why not stored" unit="answers" reasons={cache.notStored} none="Every answer was stored." />
          <Reasons
            title="Why not looked up"
            unit="requests"
            reasons={cache.notLookedUp}
            none="Every request was looked up."
          />
        </div>
        <Lookups cache={cache} />
      </div>
    </div>
  );
}

/** The parts of all lookups; those without a call first. */
function partsOf({ counts }: CacheLine) {
  return [
    { name: 'hit', count: counts.hit ?? 0, look: 'hit' },
    { name: 'shared call', count: counts.shared ?? 0, look: 'shared' },
    { name: 'stale, refreshed', count: counts.stale ?? 0, look: 'stale' },
    { name: 'miss', count: counts.miss ?? 0, look: 'miss' },
    { name: 'bypassed', count: counts.bypassed ?? 0, look: 'bypassed' },
  ];
}

function Answered({ all, hitAgeP50Ms }: { readonly all: CacheLine; readonly hitAgeP50Ms: number | null }): VNode {
  const parts = partsOf(all);
  return (
    <Panel
      title={`${shareText(all.hitRate ?? undefined)} answered without a call`}
      note={`${grouped(all.answered)} of ${grouped(all.lookups)} lookups`}
      place="span-8 full"
    >
      <div class="split" role="img" aria-label={parts.map(({ name, count }) => `${name} ${count}`).join(', ')}>
        {parts.map(({ look, count }) =>
          count === 0 ? null : <i key={look} class={`outcome-${look}`} style={{ flex: `${count} 1 0` }} />,
        )}
      </div>
      <div class="legend">
        {parts.map(({ name, count, look }) => (
          <LegendItem key={look} mark={<i class={`mark outcome-${look}`} />} total={grouped(count)}>
            {name}
          </LegendItem>
        ))}
      </div>
      <dl class="values four spaced">
        <div>
          <dt>Saved, realised</dt>
          <dd class={(all.savedUsd ?? 0) > 0 ? 'saved' : ''}>
            <Money usd={all.savedUsd} />
          </dd>
        </div>
        <div>
          <dt>Time of a hit, p50</dt>
          <dd>
            <DurationFigure ms={all.hitP50Ms ?? undefined} />
          </dd>
        </div>
        <div>
          <dt>Of a miss, p50</dt>
          <dd>
            <DurationFigure ms={all.missP50Ms ?? undefined} />
          </dd>
        </div>
        <div>
          <dt>Age of hits, p50</dt>
          <dd>
            <DurationFigure ms={hitAgeP50Ms ?? undefined} />
          </dd>
        </div>
      </dl>
    </Panel>
  );
}

interface ReasonsProps {
  readonly title: string;
  readonly unit: string;
  readonly reasons: Cache['notStored'];
  readonly none: string;
}

function Reasons({ title, unit, reasons, none }: ReasonsProps): VNode {
  const most = Math.max(1, ...reasons.map(({ count }) => count));
  const total = reasons.reduce((sum, { count }) => sum + count, 0);
  return (
    <Panel title={title} {...(total > 0 && { note: `${grouped(total)} ${unit}` })}>
      {reasons.length === 0 ? (
        <p class="note plain">{none}</p>
      ) : (
        <TrackRows
          rows={reasons.map(({ word, count }) => ({
            key: word,
            name: word.replaceAll('_', ' '),
            part: count / most,
            value: grouped(count),
          }))}
        />
      )}
    </Panel>
  );
}

function Lookups({ cache }: { readonly cache: Cache }): VNode {
  const { buckets, answeredByCache, askedModel } = cache;
  const [hits, calls] = stacked([answeredByCache, askedModel]) as [
    { low: number[]; high: number[] },
    { low: number[]; high: number[] },
  ];
  const layers: Layer[] = [
    { kind: 'bars', token: '--cache-fill', ...hits },
    { kind: 'bars', token: '--time-soft', ...calls },
  ];
  const title = `Lookups per ${bucketName(buckets.stepMs)}`;
  return (
    <Panel
      title={title}
      place="span-12"
      legend={
        <>
          <LegendItem mark={<Mark token="--cache-fill" kind="round" />}>answered by the cache</LegendItem>
          <LegendItem mark={<Mark token="--time-soft" />}>asked a model</LegendItem>
        </>
      }
    >
      <TimePlot
        label={`${title}: ${cache.all.answered} answered by the cache of ${cache.all.lookups}`}
        {...{ buckets, layers }}
        isWhole
        height={132}
        left={34}
        tickText={(value) => countText(value)}
        tip={(first, last) => {
          const [hit, call] = [sumOf(answeredByCache, first, last), sumOf(askedModel, first, last)];
          return (
            <TipList
              parts={[
                { mark: <Mark token="--cache-fill" kind="round" />, name: 'cache', value: countText(hit) },
                { mark: <Mark token="--time-soft" />, name: 'model', value: countText(call) },
                { name: 'hit rate', value: shareText(hit + call === 0 ? undefined : hit / (hit + call)) },
              ]}
            />
          );
        }}
      />
    </Panel>
  );
}
