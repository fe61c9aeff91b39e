import { expect, it } from 'vitest';
import type { RequestPage, RequestRow } from '../../../src/wire/index.ts';
import { RowWindow } from './row-window.ts';

const row = (seq: number): RequestRow => ({ seq, id: `r${seq}` }) as RequestRow;

/** A server that has so many requests, numbered from 1. */
function server(count: number) {
  const asked: number[] = [];
  const state = { count, isDown: false };
  const rows = new RowWindow(async (offset, limit, untilSeq = state.count) => {
    asked.push(offset);
    if (state.isDown) throw new Error('the server cannot be reached');
    const list = Array.from({ length: limit }, (_, at) => untilSeq - offset - at).filter((seq) => seq > 0);
    return {
      rows: list.map(row),
      offset,
      summary: { matching: untilSeq, lastSeq: state.count },
    } as unknown as RequestPage;
  });
  return { rows, asked, state };
}

const seqs = (rows: RowWindow, ...places: number[]) => places.map((place) => rows.at(place)?.seq);
const settled = () => new Promise((resolve) => setImmediate(resolve));

it('loads the pages that are in view, each once', async () => {
  const { rows, asked } = server(1000);
  await rows.reset(undefined);
  rows.ensure(450, 520);
  rows.ensure(450, 520);
  expect(seqs(rows, 0, 99, 450)).toEqual([1000, 901, undefined]);
  await settled();
  expect(asked).toEqual([0, 400, 500]);
  expect([rows.length, ...seqs(rows, 450, 520)]).toEqual([1000, 550, 480]);
});

it('puts new rows on top without moving what is below apart', async () => {
  const { rows } = server(200);
  await rows.reset(undefined);
  rows.push([row(202), row(201)]);
  rows.push([row(202), row(201)]); // said twice
  rows.ensure(102, 150);
  await settled();
  expect([rows.length, ...seqs(rows, 0, 1, 2, 102)]).toEqual([202, 202, 201, 200, 100]);
});

it('holds new rows back and shows them when asked', async () => {
  const { rows } = server(200);
  await rows.reset(undefined);
  rows.hold(true);
  rows.push([row(201)]);
  rows.push([row(203), row(202)]);
  expect([rows.held.value.count, rows.length, rows.at(0)?.seq]).toEqual([3, 200, 200]);
  rows.release();
  expect([rows.held.value.count, ...seqs(rows, 0, 1, 2, 3)]).toEqual([0, 203, 202, 201, 200]);
});

it('reads the table anew when the server no longer knows what it has sent', async () => {
  const { rows, state } = server(200);
  await rows.reset(undefined);
  state.count = 900;
  rows.hold(true);
  rows.push([], true);
  expect(rows.at(0)?.seq).toBe(200);
  rows.hold(false);
  await settled();
  expect([rows.length, rows.at(0)?.seq]).toEqual([900, 900]);
});

it('says why rows could not be read, and reads them when they are next in view', async () => {
  const { rows, state } = server(300);
  await rows.reset(undefined);
  state.isDown = true;
  rows.ensure(150, 160);
  await settled();
  expect(rows.failure.value).toBe('the server cannot be reached');
  state.isDown = false;
  rows.ensure(150, 160);
  await settled();
  expect([rows.failure.value, ...seqs(rows, 150)]).toEqual([undefined, 150]);
});

it('finds a row by its id', async () => {
  const { rows } = server(300);
  await rows.reset(undefined);
  rows.push([row(301)]);
  expect([rows.indexOf('r301'), rows.indexOf('r299'), rows.indexOf('r1')]).toEqual([0, 2, -1]);
});

it('keeps the rows that come while the table is read anew', async () => {
  const { rows } = server(300);
  const reading = rows.reset(300);
  rows.push([row(301)]);
  await reading;
  expect([rows.length, ...seqs(rows, 0, 1)]).toEqual([301, 301, 300]);
});

it('counts what is new where new rows have no place on top', async () => {
  const { rows } = server(300);
  await rows.reset(undefined);
  rows.countNew(312);
  expect(rows.held.value).toEqual({ count: 12, isMore: false });
  rows.countNew(300);
  expect(rows.held.value.count).toBe(0);
});

it('reads the table anew when requests ended while it was not followed', async () => {
  const { rows, state } = server(300);
  await rows.reset(undefined);
  rows.catchUp(300);
  await settled();
  expect(rows.length).toBe(300);
  state.count = 305;
  rows.catchUp(305);
  await settled();
  expect([rows.length, rows.at(0)?.seq]).toEqual([305, 305]);
});
