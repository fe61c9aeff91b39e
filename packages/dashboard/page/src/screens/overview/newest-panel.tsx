import type { VNode } from 'preact';
import type { RequestRow } from '../../../../src/wire/index.ts';
import { countText } from '../../format/count.ts';
import { Inline } from '../../parts/content.tsx';
import { AnsweredBy, isAnswered, Name, statusContent } from '../../parts/names.tsx';
import { ColumnMoney, Duration } from '../../parts/numbers.tsx';
import { Panel, TableFrame } from '../../parts/panel.tsx';
import { endOf, TwoLines, TwoLinesHead, whyContent } from '../../parts/request-cells.tsx';
import { clock, go, view } from '../../state/app-state.ts';
import { writeView } from '../../state/view.ts';

/** As many rows as stand beside a chart. */
const SHOWN = 8;

/** A live strip of what came last. */
export function NewestPanel({ rows, total }: { readonly rows: readonly RequestRow[]; readonly total: number }): VNode {
  const shown = rows.slice(0, SHOWN);
  return (
    <Panel
      title="Newest"
      place="span-7 full"
      isFlush
      action={
        <a href={writeView({ ...view.value, screen: 'requests', query: {} })}>All {countText(total)} requests →</a>
      }
    >
      <div class="wide-only">
        <TableFrame label="Newest requests">
          <thead>
            <tr>
              <th title="When it ended">Time</th>
              <th>Workflow</th>
              <th>Answered by</th>
              <th>Why</th>
              <th class="num">Total</th>
              <th class="num">Cost</th>
              <th class="num">Saved</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <NewestRow key={row.seq} row={row} />
            ))}
          </tbody>
        </TableFrame>
      </div>
      <ul class="brief-list">
        <li>
          <TwoLinesHead />
        </li>
        {shown.map((row) => (
          <li key={row.seq}>
            <a href={hrefOf(row)}>
              <TwoLines row={row} />
            </a>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function NewestRow({ row }: { readonly row: RequestRow }): VNode {
  const { savedUsd } = row;
  return (
    <tr class="opens" onClick={() => go(viewOf(row))}>
      <td>{clock.time(endOf(row))}</td>
      <td class="ink">
        <a href={hrefOf(row)}>
          <Name text={row.workflow} />
        </a>
      </td>
      <td>
        <AnsweredBy row={row} />
      </td>
      <td>
        <Inline {...(isAnswered(row.status) ? whyContent(row) : statusContent(row.status))} />
      </td>
      <td class="num">
        <Duration ms={row.totalMs} />
      </td>
      <td class="num ink">
        <ColumnMoney usd={row.costUsd} />
      </td>
      <td class={savedUsd != null && savedUsd > 0 ? 'num saved' : 'num ink'}>
        <ColumnMoney usd={savedUsd} />
      </td>
    </tr>
  );
}

function viewOf({ id }: RequestRow) {
  return { ...view.value, screen: 'request', id, query: {} } as const;
}

function hrefOf(row: RequestRow): string {
  return writeView(viewOf(row));
}
