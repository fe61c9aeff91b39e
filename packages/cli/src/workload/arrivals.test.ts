import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UsageError } from '../usage-error.ts';
import { compressArrivals, readArrivals } from './arrivals.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tta-arrivals-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(text: string): Promise<string> {
  const path = join(folder, 'trace');
  await writeFile(path, text);
  return path;
}

const HEADER = 'TIMESTAMP,ContextTokens,GeneratedTokens';
const mooncake = (changes: object = {}): string =>
  JSON.stringify({ timestamp: 1_000, input_length: 10, output_length: 2, hash_ids: [1, 2], ...changes });

describe('a trace in CSV', () => {
  it('gives times from its first request on, to a fraction of a millisecond, and sizes', async () => {
    const path = await fileOf(
      `${HEADER}\n2023-11-16 18:15:46.6805900,374,44\n2023-11-16 18:15:50.9951690,396,109\n2023-11-17 00:00:00,1,0\n`,
    );
    const arrivals = await readArrivals(path);
    expect(arrivals.map(({ atMs }) => atMs)).toEqual([
      0,
      expect.closeTo(4_314.579, 3),
      expect.closeTo(20_653_319.41, 2),
    ]);
    expect(arrivals[1]).toMatchObject({ inputTokens: 396, outputTokens: 109, content: undefined });
  });

  it('is read by the names of its columns, with a time zone or without', async () => {
    const path = await fileOf(
      'GeneratedTokens, Extra, TIMESTAMP, ContextTokens\n5,x,2024-05-10 00:00:00.5+00:00,7\n5,x,2024-05-10T00:00:01Z,7\n',
    );
    expect(await readArrivals(path)).toMatchObject([
      { atMs: 0, inputTokens: 7, outputTokens: 5 },
      { atMs: 500, inputTokens: 7, outputTokens: 5 },
    ]);
  });

  it('is put in order of time', async () => {
    const path = await fileOf(`${HEADER}\n2023-11-16 18:00:02,2,2\n2023-11-16 18:00:00,1,1\n`);
    expect(await readArrivals(path)).toMatchObject([
      { atMs: 0, inputTokens: 1 },
      { atMs: 2_000, inputTokens: 2 },
    ]);
  });
});

describe('a trace in JSON lines', () => {
  it('gives times and sizes, and tells which requests have the same content', async () => {
    const path = await fileOf([mooncake(), mooncake({ timestamp: 1_250 }), mooncake({ hash_ids: [3] })].join('\n'));
    const [first, again, third] = (await readArrivals(path)).toSorted((one, other) => one.atMs - other.atMs);
    expect([first?.atMs, again?.atMs, third?.atMs]).toEqual([0, 0, 250]);
    expect(new Set([first?.content, again?.content, third?.content]).size).toBe(2);
  });

  it('may say nothing about content', async () => {
    const [only] = await readArrivals(await fileOf(mooncake({ hash_ids: undefined })));
    expect(only).toEqual({ atMs: 0, inputTokens: 10, outputTokens: 2, content: undefined });
  });
});

describe('reading', () => {
  it('stops at the limit, and does not look at what comes after it', async () => {
    const path = await fileOf(`${mooncake()}\n${mooncake()}\nnonsense`);
    expect(await readArrivals(path, 2)).toHaveLength(2);
  });

  it.each([
    ['an unknown first line', 'time;in;out', 'line 1: the first line is neither JSON nor a header with the columns'],
    ['a row that is too short', `${HEADER}\n2023-11-16 18:00:00,1`, 'line 2: it has 2 columns, but the header has 3'],
    ['a time that is none', `${HEADER}\nyesterday,1,1`, 'line 2: TIMESTAMP must look like 2023-11-16 18:15:46.68'],
    ['a thirteenth month', `${HEADER}\n2023-13-16 18:00:00,1,1`, 'line 2: TIMESTAMP must look like'],
    [
      'tokens that are no number',
      `${HEADER}\n2023-11-16 18:00:00,NaN,1`,
      'line 2: ContextTokens must be a whole number',
    ],
    ['negative tokens', `${HEADER}\n2023-11-16 18:00:00,1,-1`, 'line 2: GeneratedTokens must be a whole number'],
    ['no tokens', `${HEADER}\n2023-11-16 18:00:00,,1`, 'line 2: ContextTokens must be a whole number'],
    ['nothing but a header', `${HEADER}\n`, 'contains no requests, but a trace needs at least one'],
    ['an empty file', '', 'contains no requests, but a trace needs at least one'],
    ['broken JSON', `${mooncake()}\n{"timestamp":`, 'line 2: this is not JSON'],
    ['JSON that is no object', `${mooncake()}\n7`, 'line 2: this is JSON, but not an object'],
    ['a time as a text', mooncake({ timestamp: '0' }), 'line 1: "timestamp" must be a number of milliseconds'],
    ['no time', mooncake({ timestamp: null }), 'line 1: "timestamp" must be a number of milliseconds'],
    ['half a token', mooncake({ input_length: 1.5 }), 'line 1: "input_length" must be a whole number'],
    ['no output', mooncake({ output_length: undefined }), 'line 1: "output_length" must be a whole number'],
    ['blocks that are no list', mooncake({ hash_ids: 'x' }), 'line 1: "hash_ids" must be a list'],
  ])('refuses %s in one sentence', async (_, text, problem) => {
    const path = await fileOf(text);
    const error = await readArrivals(path).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as UsageError).message).toContain(path);
    expect((error as UsageError).message).toContain(problem);
  });
});

describe('compressing', () => {
  const at = (...times: number[]) =>
    times.map((atMs) => ({ atMs, inputTokens: 1, outputTokens: 1, content: undefined }));

  it('makes a long trace faster, so that its last request comes at the end of the span', () => {
    const { arrivals, speedup } = compressArrivals(at(0, 30_000, 60_000), 20_000);
    expect(arrivals.map(({ atMs }) => atMs)).toEqual([0, 10_000, 20_000]);
    expect(speedup).toBe(3);
  });

  it('leaves a short trace as it is', () => {
    expect(compressArrivals(at(0, 500), 20_000)).toEqual({ arrivals: at(0, 500), speedup: 1 });
  });
});
