import type { VNode } from 'preact';
import type { Cache, CacheLine } from '../../../../src/wire/index.ts';
import { columnDecimals } from '../../format/money.ts';
import { Name } from '../../parts/names.tsx';
import { ColumnMoney, Count, Duration, Share } from '../../parts/numbers.tsx';
import { Panel, TableFrame, Track } from '../../parts/panel.tsx';

export interface OperationsPanelProps {
  readonly operations: Cache['operations'];
  readonly all: CacheLine;
}

/** Hit rate, time and saving by operation. */
export function OperationsPanel({ operations, all }: OperationsPanelProps): VNode {
  const decimals = columnDecimals([all.savedUsd, ...operations.map(({ savedUsd }) => savedUsd)]);
  return (
    <Panel title="By operation" place="span-8 full" isFlush>
      <TableFrame label="By operation">
        <thead>
          <tr>
            <th>Operation</th>
            <th class="num">Lookups</th>
            <th class="num wide-only">Hits</th>
            <th class="wide-only bar-column">
              <span class="unseen">Hit rate as a bar</span>
            </th>
            <th class="num">Hit rate</th>
            <th class="num wide-only">Hit</th>
            <th class="num wide-only">Miss</th>
            <th class="num">Saved</th>
          </tr>
        </thead>
        <tbody>
          {operations.map((line) => (
            <tr key={line.operation}>
              <td class="ink">
                <Name text={line.operation} />
              </td>
              <Cells line={line} decimals={decimals}>
                <Track part={line.hitRate ?? 0} token="--cache-fill" />
              </Cells>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <td>All</td>
            <Cells line={all} decimals={decimals} />
          </tr>
        </tfoot>
      </TableFrame>
    </Panel>
  );
}

interface CellsProps {
  readonly line: CacheLine;
  readonly decimals: number;
  readonly children?: VNode;
}

function Cells({ line, decimals, children }: CellsProps): VNode {
  return (
    <>
      <td class="num">
        <Count of={line.lookups} />
      </td>
      <td class="num wide-only">
        <Count of={line.answered} />
      </td>
      <td class="wide-only grow">{children}</td>
      <td class="num ink">
        <Share of={line.hitRate ?? undefined} />
      </td>
      <td class="num wide-only">
        <Duration ms={line.hitP50Ms ?? undefined} />
      </td>
      <td class="num wide-only">
        <Duration ms={line.missP50Ms ?? undefined} />
      </td>
      <td class={(line.savedUsd ?? 0) > 0 ? 'num saved' : 'num'}>
        <ColumnMoney usd={line.savedUsd} decimals={decimals} />
      </td>
    </>
  );
}
