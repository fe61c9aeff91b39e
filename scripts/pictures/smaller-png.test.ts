import { crc32, deflateSync, inflateSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { smallerPng } from './smaller-png.ts';

const WIDTH = 40;

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const edges = Buffer.alloc(8);
  edges.writeUInt32BE(data.length);
  edges.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([edges.subarray(0, 4), body, edges.subarray(4)]);
}

function pngOf(lines: readonly (readonly number[])[]): Buffer {
  const head = Buffer.from([0, 0, 0, WIDTH, 0, 0, 0, lines.length, 8, 2, 0, 0, 0]);
  const packed = deflateSync(Buffer.from(lines.flat()), { level: 0 });
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]),
    ...[chunk('IHDR', head), chunk('IDAT', packed), chunk('IEND', Buffer.alloc(0))],
  ]);
}

function linesOf(png: Buffer): number[][] {
  const at = png.indexOf('IDAT', 0, 'latin1');
  const plain = [...inflateSync(png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4)))];
  return Array.from({ length: plain.length / (3 * WIDTH + 1) }, (_, line) =>
    plain.slice(line * (3 * WIDTH + 1), (line + 1) * (3 * WIDTH + 1)),
  );
}

const same = (value: number): number[] => new Array(3 * WIDTH).fill(value);

it('undoes every filter of PNG, and keeps every pixel', () => {
  const png = pngOf([
    [0, ...same(10)],
    [1, 5, 6, 7, ...same(0).slice(3)], // each pixel as the one on its left
    [2, ...same(1)], // each pixel one more than the one above
    [3, 4, 4, 4, ...same(0).slice(3)],
    [4, ...same(255)], // one less than the nearest neighbour
  ]);
  const lines = linesOf(smallerPng(png));
  expect(lines.every(([filter]) => filter === 0)).toBe(true);
  expect(lines[1]?.slice(1, 7)).toEqual([5, 6, 7, 5, 6, 7]);
  expect(lines[2]?.slice(1, 7)).toEqual([6, 7, 8, 6, 7, 8]);
  expect(lines[3]?.slice(1, 7)).toEqual([7, 7, 8, 6, 7, 8]);
  expect(lines[4]?.slice(1, 4)).toEqual([6, 6, 7]);
});

it('leaves a picture as it is that would not get smaller', () => {
  const once = smallerPng(pngOf([[0, ...same(10)]]));
  expect(smallerPng(once)).toBe(once);
});
