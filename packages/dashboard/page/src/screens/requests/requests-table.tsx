import type { VNode } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import type { RequestRow, RequestSort } from '../../../../src/wire/index.ts';
import { useWidth } from '../../charts/use-width.ts';
import { change, rows, view } from '../../state/app-state.ts';
import { useMedia } from '../../state/media.ts';
import { type Column, fitColumns } from './columns.tsx';
import { cursor, openRow, pointAt, rowHeightPx } from './row-cursor.ts';
import { useLoadedRows, useVisibleRows } from './visible-rows.ts';

/** The dense table. Only rows in view are in the page, however many match. */
export function RequestsTable({ columns: chosen }: { readonly columns: readonly Column[] }): VNode {
  const frame = useRef<HTMLElement>(null);
  const width = useWidth(frame);
  const isLarge = useMedia('(min-width: 1181px)');
  const fitted = useMemo(
    () => fitColumns(isLarge ? chosen : chosen.filter(({ isLargeOnly }) => !isLargeOnly), width || 1166),
    [chosen, isLarge, width],
  );
  const columns = useMemo(() => fitted.map(({ column }) => column), [fitted]);
  const body = useRef<HTMLTableSectionElement>(null);
  const height = useMemo(rowHeightPx, [width]);
  const count = rows.version.value >= 0 ? rows.length : 0;
  const { first, end } = useVisibleRows(body, height, count);
  useLoadedRows(first, end);
  const selected = cursor.value.id;
  const places = Array.from({ length: end - first }, (_, at) => first + at);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="rows-frame" ref={frame} tabIndex={0} aria-label="Requests">
      <table aria-rowcount={count + 1}>
        <colgroup>
          {fitted.map(({ column, px }) => (
            <col key={column.id} style={{ width: `${px}px` }} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column) => (
              <HeadCell key={column.id} column={column} />
            ))}
          </tr>
        </thead>
        <tbody ref={body} onPointerOver={pointAt} onPointerLeave={() => pointAt(undefined)}>
          <Space rows={first} height={height} columns={columns.length} />
          {/* The element of a row that left takes the next one; a row keeps its own while others come above it. */}
          {places.map((place) => (
            <Row
              key={(count - place) % (end - first)}
              row={rows.at(place)}
              place={place}
              columns={columns}
              isSelected={rows.at(place)?.id === selected}
            />
          ))}
          <Space rows={count - end} height={height} columns={columns.length} />
        </tbody>
      </table>
    </section>
  );
}

/** Stands for rows that are not in view. */
function Space({
  rows: hidden,
  height,
  columns,
}: {
  readonly rows: number;
  readonly height: number;
  readonly columns: number;
}): VNode | null {
  if (hidden <= 0) return null;
  return (
    <tr class="space">
      <td colSpan={columns} style={{ height: `${hidden * height}px` }} />
    </tr>
  );
}

interface RowProps {
  readonly row: RequestRow | undefined;
  readonly place: number;
  readonly columns: readonly Column[];
  readonly isSelected: boolean;
}

function Row({ row, place, columns, isSelected }: RowProps): VNode {
  const cells = useMemo(
    () => columns.map((column) => <Cell key={column.id} column={column} row={row} />),
    [row, columns],
  );
  const marked = isSelected ? cursor.value.column : undefined;
  return (
    <tr
      class={`opens${isSelected ? ' chosen' : ''}${row === undefined ? ' loading' : ''}`}
      data-id={row?.id}
      data-marked={marked}
      aria-rowindex={place + 2}
      aria-selected={isSelected}
      onClick={() => row !== undefined && openRow(row.id)}
    >
      {cells}
    </tr>
  );
}

function Cell({ column, row }: { readonly column: Column; readonly row: RequestRow | undefined }): VNode {
  const { id, isNumber, look = '', cell } = column;
  const looks = isNumber ? `num ${look}` : look;
  return (
    <td class={looks} data-column={id}>
      {row === undefined ? null : cell(row)}
    </td>
  );
}

function HeadCell({ column }: { readonly column: Column }): VNode {
  const { title, hint, isNumber, sort } = column;
  const { sort: by = 'time', order = 'desc' } = view.value.query;
  const isSorted = sort === by;
  const looks = isNumber ? 'num' : undefined;
  if (sort === undefined) {
    return (
      <th class={looks} title={hint}>
        {title}
      </th>
    );
  }
  return (
    <th class={looks} title={hint} aria-sort={isSorted ? (order === 'asc' ? 'ascending' : 'descending') : undefined}>
      <button type="button" onClick={() => sortBy(sort)}>
        {title}
        {isSorted ? <span aria-hidden="true">{order === 'asc' ? ' ↑' : ' ↓'}</span> : null}
      </button>
    </th>
  );
}

/** The first click sorts downwards, the second upwards. */
function sortBy(sort: RequestSort): void {
  const { sort: by = 'time', order = 'desc', ...query } = view.peek().query;
  const isUp = by === sort && order === 'desc';
  change({ query: { ...query, ...(sort !== 'time' && { sort }), ...(isUp && { order: 'asc' }) } });
}
