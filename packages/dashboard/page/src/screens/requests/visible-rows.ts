import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { isAtTop, rows } from '../../state/app-state.ts';

export interface VisibleRows {
  /** The first row to draw, and the one behind the last. */
  readonly first: number;
  readonly end: number;
}

/** Rows drawn beyond either edge, so a turn of the wheel finds them there. */
const BEYOND = 4;

/**
 * Which rows of a list of equal heights are in view, whether the list scrolls in a frame of its own or with the page. It changes in steps,
 * so most scrolling draws nothing. It also says whether the top is in view.
 */
export function useVisibleRows(list: RefObject<HTMLElement | null>, rowHeight: number, count: number): VisibleRows {
  const [visible, setVisible] = useState<VisibleRows>({ first: 0, end: 40 });
  useLayoutEffect(() => {
    const look = (): void => {
      const element = list.current;
      if (element === null) return;
      const top = element.getBoundingClientRect().top;
      const frame = element.closest('.rows-frame')?.getBoundingClientRect();
      const [from, to] = [Math.max(0, frame?.top ?? 0), Math.min(innerHeight, frame?.bottom ?? innerHeight)];
      const first = Math.floor((from - top) / rowHeight / BEYOND) * BEYOND - BEYOND;
      const end = Math.ceil((to - top) / rowHeight / BEYOND) * BEYOND + BEYOND;
      isAtTop.value = top >= from;
      const next = { first: clamp(first, count), end: clamp(end, count) };
      setVisible((old) => (old.first === next.first && old.end === next.end ? old : next));
    };
    look();
    document.addEventListener('scroll', look, { capture: true, passive: true });
    addEventListener('resize', look);
    return () => {
      document.removeEventListener('scroll', look, { capture: true });
      removeEventListener('resize', look);
    };
  }, [list, rowHeight, count]);
  return visible;
}

/** Rows that a reader scrolls past in less time than this are not asked for. */
const REST_MS = 40;

/** Loads the rows in view once the scrolling rests on them. */
export function useLoadedRows(first: number, end: number): void {
  const version = rows.version.value;
  useEffect(() => {
    const timer = setTimeout(() => rows.ensure(first, end - 1), REST_MS);
    return () => clearTimeout(timer);
  }, [first, end, version]);
}

function clamp(place: number, count: number): number {
  return Math.max(0, Math.min(count, place));
}
