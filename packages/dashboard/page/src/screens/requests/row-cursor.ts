import { signal } from '@preact/signals';
import { change, go, rows, view } from '../../state/app-state.ts';
import { toggleFilter } from '../../state/view.ts';
import { COLUMNS } from './columns.tsx';

/** The row that the keyboard is at, and the column that `f` filters by. */
export interface RowCursor {
  readonly id: string | undefined;
  readonly column: string | undefined;
}

export const cursor = signal<RowCursor>({ id: undefined, column: undefined });

const FILTERABLE = COLUMNS.filter(({ filter }) => filter !== undefined);

/** The cell under the pointer, if the pointer moved last. */
let pointed: RowCursor | undefined;

/** Learns which cell is under the pointer. */
export function pointAt(event: PointerEvent | undefined): void {
  const cell = (event?.target as Element | undefined)?.closest('td[data-column]');
  const id = cell?.closest('tr')?.dataset['id'];
  pointed =
    cell == null || id === undefined ? undefined : { id, column: cell.getAttribute('data-column') ?? undefined };
}

/** The keys of the table. @returns whether the key was one of them */
export function tableKey(key: string): boolean {
  if (key === 'j' || key === 'k') moveRow(key === 'j' ? 1 : -1);
  else if (key === 'ArrowRight' || key === 'ArrowLeft') moveColumn(key === 'ArrowRight' ? 1 : -1);
  else if (key === 'Enter' && cursor.peek().id !== undefined) openRow(cursor.peek().id as string);
  else if (key === 'f') filterByCell();
  else if (key === 'Escape' && cursor.peek().id !== undefined) cursor.value = { id: undefined, column: undefined };
  else return false;
  return true;
}

export function openRow(id: string): void {
  cursor.value = { ...cursor.peek(), id };
  go({ ...view.peek(), screen: 'request', id });
}

/** The height of a row, which depends on the pointer, in CSS pixels. */
export function rowHeightPx(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--row')) || 30;
}

function moveRow(step: number): void {
  pointed = undefined;
  const { id, column } = cursor.peek();
  const at = id === undefined ? -1 : rows.indexOf(id);
  const next = Math.max(0, Math.min(rows.length - 1, at < 0 ? firstInView() : at + step));
  const row = rows.at(next);
  if (row === undefined) return; // not loaded yet
  cursor.value = { id: row.id, column };
  showRow(next);
}

function moveColumn(step: number): void {
  pointed = undefined;
  const { id, column } = cursor.peek();
  if (id === undefined) return;
  const at = FILTERABLE.findIndex((one) => one.id === column);
  const next = at < 0 ? (step > 0 ? 0 : FILTERABLE.length - 1) : (at + step + FILTERABLE.length) % FILTERABLE.length;
  cursor.value = { id, column: FILTERABLE[next]?.id };
}

function filterByCell(): void {
  const { id, column } = pointed ?? cursor.peek();
  if (id === undefined) return;
  const row = rows.at(rows.indexOf(id));
  const by = COLUMNS.find((one) => one.id === (column ?? 'workflow'));
  const filter = row === undefined ? undefined : by?.filter?.(row);
  if (filter !== undefined) change({ query: toggleFilter(view.peek().query, filter.name, filter.value) });
}

function firstInView(): number {
  const frame = document.querySelector('.rows-frame');
  return frame === null ? 0 : Math.ceil(frame.scrollTop / rowHeightPx());
}

function showRow(place: number): void {
  const frame = document.querySelector('.rows-frame');
  if (frame === null) return;
  const height = rowHeightPx();
  const [top, bottom] = [place * height, (place + 2) * height]; // the head stands over the first row
  if (top < frame.scrollTop) frame.scrollTop = top;
  else if (bottom > frame.scrollTop + frame.clientHeight) frame.scrollTop = bottom - frame.clientHeight;
}
