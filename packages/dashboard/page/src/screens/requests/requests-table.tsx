import type { VNode } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import type { RequestRow, RequestSort } from '../../../../src/wire/index.ts';
import { useWidth } from '../../charts/use-width.ts';
import type { Content } from '../../parts/content.tsx';
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
  const columns = useMemo(() => fitColumns(chosen, width || 1166, isLarge), [chosen, isLarge, width]);
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
          {columns.map(({ id, width }) => (
            <col key={id} style={{ width: `${width}px` }} />
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
              isSelected={selected !== undefined && rows.at(place)?.id === selected}
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

/** A row that is not loaded keeps the cells of the one before, unseen: to fill them is less work than to make them. */
function Row({ row, place, columns, isSelected }: RowProps): VNode {
  const last = useRef(row);
  if (row !== undefined) last.current = row;
  const shown = last.current;
  const marked = isSelected ? cursor.value.column : undefined;
  const cells = useMemo(
    () => columns.map((column) => <Cell key={column.id} column={column} row={shown} isMarked={column.id === marked} />),
    [shown, columns, marked],
  );
  return (
    <tr
      class={`opens${isSelected ? ' chosen' : ''}${row === undefined ? ' loading' : ''}`}
      data-id={row?.id}
      aria-rowindex={place + 2}
      aria-selected={isSelected}
      onClick={() => row !== undefined && openRow(row.id)}
    >
      {cells}
    </tr>
  );
}

interface CellProps {
  readonly column: Column;
  readonly row: RequestRow | undefined;
  readonly isMarked: boolean;
}

function Cell({ column, row, isMarked }: CellProps): VNode {
  const { text, title, look }: Partial<Content> = row === undefined ? {} : column.cell(row);
  const looks = [column.isNumber && 'num', column.look, look, isMarked && 'marked'];
  return (
    <td class={looks.filter(Boolean).join(' ')} title={title} data-column={column.id}>
      {text}
    </td>
  );
}

function HeadCell({ column }: { readonly column: Column }): VNode {
  const { title, hint, isNumber, sort } = column;
  const { sort: by = 'time', order = 'desc' } = view.value.query;
  const isSorted = sort === by;
  const isUp = order === 'asc';
  return (
    <th
      class={isNumber ? 'num' : undefined}
      title={hint}
      aria-sort={isSorted ? (isUp ? 'ascending' : 'descending') : undefined}
    >
      {sort === undefined ? (
        title
      ) : (
        <button type="button" onClick={() => sortBy(sort)}>
          {title}
          {isSorted ? <span aria-hidden="true">{isUp ? ' ↑' : ' ↓'}</span> : null}
        </button>
      )}
    </th>
  );
}

/** The first click sorts downwards, the second upwards. */
function sortBy(sort: RequestSort): void {
  const { sort: by = 'time', order = 'desc', ...query } = view.peek().query;
  const isUp = by === sort && order === 'desc';
  change({ query: { ...query, ...(sort !== 'time' && { sort }), ...(isUp && { order: 'asc' }) } });
}
