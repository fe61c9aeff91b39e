import { expect, it } from 'vitest';
import { BodyRecording } from './body-recording.ts';

const HEAD = { shape: 'response', status: 200, headers: { 'content-type': 'text/plain' }, body: 'bytes' } as const;

const recordingOf = (maxLength: number) => new BodyRecording(HEAD, maxLength, undefined, undefined);

const piece = (index: number): Buffer => Buffer.from(`piece ${index} `.repeat(100));

it('a body is stored in one piece, however many pieces it came in', () => {
  const recording = recordingOf(1_000_000);
  const pieces = Array.from({ length: 50 }, (_, index) => piece(index));
  for (const bytes of pieces) recording.add(bytes);
  expect(recording.answer()).toMatchObject({ payload: pieces.join(''), objection: undefined });
});

it('every reader but the first gets a copy of each piece, also once the body is too long to be recorded', () => {
  const recording = recordingOf(20_000);
  const pieces = Array.from({ length: 50 }, (_, index) => piece(index));
  const copies = pieces.map((bytes) => recording.add(bytes));
  expect(recording.objection).toBe('too_large');
  expect(copies.map((copy) => copy.take())).toEqual(pieces);
  expect(copies.map((copy) => copy.take())).toEqual(pieces);
  expect(copies.slice(0, 5).every((copy, index) => copy.take() !== pieces[index])).toBe(true);
});
