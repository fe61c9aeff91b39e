import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import { TwoLines, TwoLinesHead } from '../../parts/request-cells.tsx';
import { rows, view } from '../../state/app-state.ts';
import { writeView } from '../../state/view.ts';
import { useLoadedRows, useVisibleRows } from './visible-rows.ts';

/** The height of a request on a phone, as the style has it. */
const ROW_PX = 53;

/** The requests on a phone: two lines each, scrolling with the page. */
export function RequestsList(): VNode {
  const list = useRef<HTMLUListElement>(null);
  const count = rows.version.value >= 0 ? rows.length : 0;
  const { first, end } = useVisibleRows(list, ROW_PX, count);
  useLoadedRows(first, end);
  return (
    <>
      <TwoLinesHead />
      <ul
        class="request-list"
        ref={list}
        style={{ paddingTop: `${first * ROW_PX}px`, paddingBottom: `${(count - end) * ROW_PX}px` }}
      >
        {Array.from({ length: end - first }, (_, at) => {
          const row = rows.at(first + at);
          return (
            <li key={row?.id ?? first + at}>
              {row === undefined ? (
                <div class="two-lines" />
              ) : (
                <a href={writeView({ ...view.value, screen: 'request', id: row.id })}>
                  <TwoLines row={row} />
                </a>
              )}
            </li>
          );
        })}
      </ul>
    </>
  );
}
