import { batch, computed, effect, signal } from '@preact/signals';
import type { Range, Screens, StateEvent, Status } from '../../../src/wire/index.ts';
import { createClock } from '../format/clock.ts';
import { eventParameters, readRows, screenParameters } from './api.ts';
import { browserZone } from './browser-zone.ts';
import { LiveFeed, serverNow } from './live-feed.ts';
import { RouteColours } from './route-colours.ts';
import { RowWindow } from './row-window.ts';
import { readView, type View, writeView } from './view.ts';

/** How instants are written everywhere on the page. */
export const clock = createClock(browserZone);

/** What is shown. Change it with {@link go} or {@link change}, which keep the URL in step. */
export const view = signal<View>(readView(location.hash));
export const status = signal<Status | undefined>(undefined);
/** The range that is shown: the one that the reader chose, or the shortest with everything since the start. */
export const range = computed<Range>(() => view.value.range ?? status.value?.autoRange ?? '1h');
/** The last state of each screen that was shown. */
export const screens = signal<Partial<Screens>>({});
/** The instant by the clock of the server; it moves once a second. */
export const now = signal(Date.now());
export const isPaused = signal(false);
/** Whether the top of the table is in view. */
export const isAtTop = signal(true);
/** The colour of each route, the same on every screen. */
export const routeColours = new RouteColours();

let receivedAt = performance.now();
/** The filters that the rows were read with. */
let rowsOf: string | undefined;

export const rows = new RowWindow((offset, limit, untilSeq) => readRows(view.peek(), offset, limit, untilSeq));

export const feed = new LiveFeed({
  open: (url) => new EventSource(url),
  onState: takeState,
  later: (ms, work) => {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
});

/** Opens a view, with an entry in the history of the browser. */
export function go(next: View): void {
  if (writeView(next) !== location.hash) location.hash = writeView(next);
}

/** Changes what is shown, in place: filters and columns make no entry in the history. */
export function change(part: Partial<View>): void {
  const next = { ...view.peek(), ...part };
  history.replaceState(history.state, '', writeView(next));
  view.value = next;
}

/** Follows the URL and the server, until the page is closed. */
export function startState(): void {
  addEventListener('hashchange', () => {
    if (location.hash === '#main') skipToFigures();
    else view.value = readView(location.hash);
  });
  setInterval(() => {
    if (status.peek() !== undefined) moveClock();
  }, 1000);
  effect(() => feed.follow(eventParameters(view.value)));
  effect(() => rows.hold(isPaused.value || !isAtTop.value));
}

/** The link moves the focus; the URL stays what is shown. */
function skipToFigures(): void {
  history.replaceState(history.state, '', writeView(view.peek()));
  document.getElementById('main')?.focus();
}

function moveClock(): void {
  const last = status.peek();
  if (last !== undefined) now.value = serverNow(last, receivedAt, performance.now());
}

function takeState(event: StateEvent): void {
  batch(() => {
    receivedAt = performance.now();
    routeColours.learn(event.status.routes);
    status.value = event.status;
    if (event.data !== undefined) screens.value = { ...screens.peek(), [event.screen]: event.data };
    moveClock();
    if (event.screen !== 'requests') return;
    takeRows(event);
  });
}

function takeRows({ data, rows: fresh = [], isReset = false }: Extract<StateEvent, { screen: 'requests' }>): void {
  const { query } = view.peek();
  const current = screenParameters(view.peek()).toString();
  const isFirst = feed.states === 1;
  if (current !== rowsOf) {
    rowsOf = current;
    void rows.reset(data?.lastSeq); // what comes later is pushed
  } else if ((query.sort ?? 'time') === 'time' && query.order !== 'asc') {
    rows.push(fresh, isReset);
    if (data !== undefined && isFirst) rows.catchUp(data.lastSeq);
    else if (data !== undefined) rows.cover(data.lastSeq);
  } else if (data !== undefined) {
    rows.countNew(data.matching);
  }
}
