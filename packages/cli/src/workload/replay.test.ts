import { execFileSync } from 'node:child_process';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UsageError } from '../usage-error.ts';
import { replayRows } from './replay.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tta-replay-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

async function fileOf(text: string): Promise<string> {
  const path = join(folder, 'rows.jsonl');
  await writeFile(path, text);
  return path;
}

const row = (changes: object = {}): string =>
  JSON.stringify({ id: 'a', prompt: 'How many?', in_tok: 7, m: { small: { q: 1, out_tok: 3, p: '4' } }, ...changes });

async function refusalOf(path: string): Promise<string> {
  const error = await collected(replayRows(path)).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UsageError);
  return (error as UsageError).message;
}

describe('rows of a replay', () => {
  it('hold the prompt and what each model made of it', async () => {
    const rows = await collected(replayRows(await fileOf(`${row()}\n`)));
    expect(rows).toEqual([
      {
        id: 'a',
        prompt: 'How many?',
        inputTokens: 7,
        split: undefined,
        outcomes: new Map([['small', { quality: 1, outputTokens: 3, extracted: '4' }]]),
      },
    ]);
  });

  it('come from a FIFO as they are written', async () => {
    const path = join(folder, 'fifo');
    execFileSync('mkfifo', [path]);
    const rows = collected(replayRows(path, new AbortController().signal));
    const half = Math.floor(row().length / 2);
    const writer = await open(path, 'w'); // waits until it is opened for reading
    await writer.write(row().slice(0, half));
    await writer.write(`${row().slice(half)}\n${row({ id: 'b' })}`);
    await writer.close();
    expect((await rows).map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('end with the reason of a signal', async () => {
    const reason = new Error('stopped');
    const path = await fileOf(row());
    await expect(collected(replayRows(path, AbortSignal.abort(reason)))).rejects.toBe(reason);
  });

  it('may have no output tokens, if they were not recorded', async () => {
    const [only] = await collected(replayRows(await fileOf(row({ m: { small: { q: 0.5 } } }))));
    expect(only?.outcomes.get('small')).toMatchObject({ quality: 0.5, outputTokens: undefined });
  });

  it('are read through a byte order mark, Windows line ends, empty lines and a missing last line end', async () => {
    const rows = await collected(replayRows(await fileOf(`\uFEFF${row()}\r\n\r\n${row({ id: 'b' })}`)));
    expect(rows.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('may be as long as a block of the file or longer', async () => {
    const prompt = 'ü'.repeat(600_000);
    const rows = await collected(replayRows(await fileOf(`${row({ prompt })}\n${row()}\n`)));
    expect(rows.map((each) => each.prompt.length)).toEqual([600_000, 9]);
  });
});

describe('what was extracted from an answer', () => {
  it.each([
    ['a text', '18', '18'],
    ['a number', 18, '18'],
    ['nothing', null, undefined],
    ['anything else', ['18'], undefined],
  ])('is %s', async (_, p, extracted) => {
    const [only] = await collected(
      replayRows(await fileOf(row({ m: { small: { q: 1, out_tok: 3, p } }, split: 'dev' }))),
    );
    expect(only).toMatchObject({ split: 'dev', outcomes: new Map([['small', { extracted }]]) });
  });
});

describe('a bad row is refused with its line and what is wrong', () => {
  it.each([
    ['broken JSON', '{"id":', 'this is not JSON'],
    ['a number that JSON does not know', '{"id":"a","prompt":"x","in_tok":NaN}', 'this is not JSON'],
    ['a list', '[]', 'this is JSON, but not an object'],
    ['nothing', 'null', 'this is JSON, but not an object'],
    ['no id', row({ id: undefined }), '"id" must be a text'],
    ['an empty id', row({ id: '' }), '"id" must be a text'],
    ['no prompt', row({ prompt: undefined }), '"prompt" must be a text'],
    ['a prompt that is a list', row({ prompt: ['x'] }), '"prompt" must be a text'],
    ['no input tokens', row({ in_tok: undefined }), '"in_tok" must be a whole number of tokens'],
    ['negative tokens', row({ in_tok: -1 }), '"in_tok" must be a whole number of tokens'],
    ['half a token', row({ in_tok: 1.5 }), '"in_tok" must be a whole number of tokens'],
    ['tokens as a text', row({ in_tok: '7' }), '"in_tok" must be a whole number of tokens'],
    ['no models', row({ m: undefined }), '"m" must be an object with at least one model'],
    ['an empty set of models', row({ m: {} }), '"m" must be an object with at least one model'],
    ['models as a list', row({ m: [1] }), '"m" must be an object with at least one model'],
    ['a model that is a number', row({ m: { small: 1 } }), '"m" must give an object for the model small'],
    ['no quality', row({ m: { small: { out_tok: 1 } } }), '"q" of the model small must be a number from 0 to 1'],
    ['a quality above 1', row({ m: { small: { q: 2, out_tok: 1 } } }), '"q" of the model small'],
    ['bad output tokens', row({ m: { small: { q: 1, out_tok: 'x' } } }), '"out_tok" of the model small must be'],
  ])('%s', async (_, text, problem) => {
    const path = await fileOf(`${row()}\n${text}\n`);
    expect(await refusalOf(path)).toContain(`${path}, line 2: ${problem}`);
  });
});

describe('a file that cannot be replayed is refused in one sentence', () => {
  it('an empty one', async () => {
    expect(await refusalOf(await fileOf('\n \n'))).toMatch(/is empty, but a replay needs at least one row$/);
  });

  it('one that is not there', async () => {
    expect(await refusalOf(join(folder, 'nowhere.jsonl'))).toBe(`there is no file ${join(folder, 'nowhere.jsonl')}`);
  });

  it('a directory', async () => {
    expect(await refusalOf(folder)).toBe(`${folder} is a directory, but a file is needed`);
  });

  it('one below a file', async () => {
    const path = join(await fileOf(row()), 'below.jsonl');
    expect(await refusalOf(path)).toBe(`there is no file ${path}`);
  });

  it('one without any line end in 16 MB', async () => {
    expect(await refusalOf(await fileOf('x'.repeat(17 * 2 ** 20)))).toContain('line 1 has no end in 16 MB');
  });
});
