import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeIo } from './__fixtures__/fake-io.ts';
import { runCli } from './cli.ts';

let folder: string;
let burst: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tta-cli-'));
  burst = join(folder, 'burst.csv');
  const rows = Array.from({ length: 6 }, () => '2026-01-01 00:00:00,300,200');
  await writeFile(burst, ['TIMESTAMP,ContextTokens,GeneratedTokens', ...rows].join('\n'));
  await writeFile(join(folder, 'bad.jsonl'), '{"id":"a"}\n');
});
afterAll(() => rm(folder, { recursive: true }));

async function said(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const io = fakeIo({ env });
  const exitCode = await runCli(args, '1.2.3', io);
  return { exitCode, out: io.out(), err: io.err() };
}

describe('the command line', () => {
  it.each([
    [['--version'], '1.2.3\n'],
    [['demo', '--help'], 'Usage: tta demo [options]'],
    [['--help'], 'Usage: tta [options]'],
  ])('answers %j on stdout', async (args, text) => {
    const { exitCode, out, err } = await said(args);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(out).toContain(text);
  });

  it('runs the demo', async () => {
    const { exitCode, out } = await said([
      'demo',
      '--requests',
      '6',
      '--port',
      '0',
      '--arrivals',
      burst,
      '--faults',
      '0',
    ]);
    expect(exitCode).toBe(0);
    expect(out).toContain('Saving');
  });
});

describe('bad input gets one sentence on stderr and exit code 2', () => {
  it.each([
    ['an unknown command', ['dmeo'], "tta: unknown command 'dmeo' (Did you mean demo?)"],
    ['a file without a name', ['demo', '--replay', ''], 'It must name a file.'],
    ['an unknown option', ['demo', '--replya', 'x'], "tta: unknown option '--replya' (Did you mean --replay?)"],
    ['a word too many', ['demo', 'now'], 'tta: too many arguments'],
    ['an option without its value', ['demo', '--replay'], "tta: option '--replay <file>' argument missing"],
    ['no number of requests', ['demo', '--requests', 'many'], 'It must be a whole number from 1 to 1000000.'],
    ['NaN requests', ['demo', '--requests', 'NaN'], 'It must be a whole number from 1'],
    ['no requests', ['demo', '--requests', '0'], 'It must be a whole number from 1'],
    ['half a seed', ['demo', '--seed', '1.5'], 'It must be a whole number from 0'],
    ['a port that is none', ['demo', '--port', '70000'], 'It must be a whole number from 0 to 65535.'],
    ['a share above 1', ['demo', '--faults', '2'], 'It must be a number from 0 to 1.'],
    ['an empty share', ['demo', '--faults', ''], 'It must be a number from 0 to 1.'],
    ['an empty name', ['demo', '--replay', 'x', '--models', 'a,,b'], 'It must be names separated by commas.'],
    ['a name twice', ['demo', '--replay', 'x', '--models', 'a,a'], 'It must name each model once.'],
    [
      'models of nothing',
      ['demo', '--models', 'a,b'],
      'tta: --models and --baseline choose among recorded or real models',
    ],
    ['an unknown strategy', ['demo', '--strategy', 'best'], 'Allowed choices are demand, agreement, learned.'],
    ['learned routing without weights', ['demo', '--strategy', 'learned'], 'tta: --strategy learned needs --weights'],
    ['weights for nothing', ['demo', '--weights', 'x'], 'tta: --weights are for --strategy learned'],
    [
      'learned routing of made-up models',
      ['demo', '--strategy', 'learned', '--weights', 'x'],
      'so it needs --replay or --provider',
    ],
    [
      'learned routing between other models',
      ['demo', '--replay', 'x', '--strategy', 'learned', '--weights', 'x', '--models', 'a,b'],
      'so leave out --models',
    ],
    [
      'weights that are not there',
      ['demo', '--replay', 'x', '--strategy', 'learned', '--weights', '/nowhere/w.json'],
      'tta: there is no file /nowhere/w.json',
    ],
    ['a split of nothing', ['demo', '--split', 'dev'], 'tta: --split selects recorded outcomes, so it needs'],
    ['a split without a name', ['demo', '--replay', 'x', '--split', ' '], 'It must be names separated by commas.'],
    [
      'an agreement on made-up answers',
      ['demo', '--strategy', 'agreement'],
      'tta: --strategy agreement compares answers that were extracted from recorded ones, so it needs --replay',
    ],
    [
      'an agreement of two models',
      ['demo', '--replay', 'x', '--strategy', 'agreement', '--models', 'a,b'],
      'that answers where they differ; they are 2',
    ],
    [
      'an agreement of one model',
      ['demo', '--replay', 'x', '--strategy', 'agreement', '--models', 'a'],
      'that answers where they differ; it was given one',
    ],
    [
      'a Redis that is no URL',
      ['demo', '--redis', 'localhost'],
      'tta: --redis must be a URL that begins with redis://',
    ],
    [
      'a key in the URL of the endpoint',
      ['demo', '--provider', 'http://me:secret@localhost/v1'],
      'tta: --provider must be a URL without user and password; put the key into OPENAI_API_KEY',
    ],
    [
      'a provider that is no URL',
      ['demo', '--provider', 'ftp://x'],
      'tta: --provider must be a URL that begins with http://',
    ],
    ['a provider without a key', ['demo', '--provider', 'http://x/v1'], 'in the variable OPENAI_API_KEY'],
    ['a missing file', ['demo', '--replay', '/nowhere/x.jsonl'], 'tta: there is no file /nowhere/x.jsonl'],
    ['a missing trace', ['demo', '--arrivals', '/nowhere/x.csv'], 'tta: there is no file /nowhere/x.csv'],
  ])('%s', async (_, args, sentence) => {
    const { exitCode, out, err } = await said(args);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
    expect(err).toContain(sentence);
    expect(err).toMatch(/^tta: [^\n]*\n$/);
  });

  it('faults for a real endpoint', async () => {
    const { exitCode, err } = await said(['demo', '--provider', 'http://x/v1', '--faults', '0.5'], {
      OPENAI_API_KEY: 'k',
    });
    expect({ exitCode, err }).toEqual({
      exitCode: 2,
      err: 'tta: --faults are for the loopback provider, not for a real one\n',
    });
  });

  it('a directory, and a bad line with its number', async () => {
    expect((await said(['demo', '--replay', folder])).err).toBe(
      `tta: ${folder} is a directory, but a file is needed\n`,
    );
    const bad = join(folder, 'bad.jsonl');
    expect((await said(['demo', '--replay', bad])).err).toBe(`tta: ${bad}, line 1: "prompt" must be a text\n`);
  });
});

it('a failure that nobody foresaw gets one sentence and exit code 1', async () => {
  const io = fakeIo();
  const stdout = Object.assign(io.stdout, {
    write: () => {
      throw new Error('the disk is full');
    },
  });
  const exitCode = await runCli(['demo', '--requests', '1', '--port', '0', '--faults', '0'], '1.2.3', {
    ...io,
    stdout,
  });
  expect(exitCode).toBe(1);
  expect(io.err()).toContain('tta: the command failed (the disk is full)\n');
});

describe('the process', () => {
  const main = resolve(import.meta.dirname, 'main.ts');

  function started(...args: string[]) {
    const child = spawn(process.execPath, ['--conditions=tta-source', main, 'demo', '--port', '0', ...args]);
    const text = { out: '', err: '' };
    child.stdout.on('data', (chunk) => (text.out += chunk));
    child.stderr.on('data', (chunk) => (text.err += chunk));
    return { child, text, ended: once(child, 'close') as Promise<[code: number | null, signal: string | null]> };
  }

  it('prints with --json one line of JSON, and ends by itself', async () => {
    const { text, ended } = started('--requests', '6', '--arrivals', burst, '--json');
    expect(await ended).toEqual([0, null]);
    expect(text.out.trim().split('\n')).toHaveLength(1);
    expect(JSON.parse(text.out)).toMatchObject({ requests: 6, timeouts: { total: 6 } });
  });

  it('ends with 2 and without a stack trace when a file is missing', async () => {
    const { text, ended } = started('--replay', '/nowhere/x.jsonl');
    expect(await ended).toEqual([2, null]);
    expect(text).toEqual({ out: '', err: 'tta: there is no file /nowhere/x.jsonl\n' });
  });

  it.each([
    ['demo', '--replay'],
    ['demo', '--arrivals'],
    ['demo', '--replay', 'rows.jsonl', '--strategy', 'learned', '--weights'],
    ['router', 'report'],
  ])('ends on one signal while %s reads a FIFO (%s) and waits for its writer', async (command, ...words) => {
    const fifo = join(folder, `fifo ${command} ${words.at(-1) ?? ''}`);
    execFileSync('mkfifo', [fifo]);
    const child = spawn(process.execPath, ['--conditions=tta-source', main, command, ...words, fifo]);
    const [err] = [textOf(child.stderr), textOf(child.stdout)];
    const writer = await open(fifo, 'w'); // waits until it is opened for reading
    child.kill('SIGTERM');
    expect(await once(child, 'close')).toEqual([130, null]);
    expect(await err).toBe('tta: stopped by SIGTERM\n');
    await writer.close();
  });

  it('prints on Ctrl-C what happened so far and ends with 130', async () => {
    const { child, text, ended } = started();
    await expect.poll(() => text.err).toContain('Metrics are at');
    const [, url = ''] = /Metrics are at (\S+)/.exec(text.err) ?? [];
    await expect.poll(async () => (await fetch(url)).text()).toMatch(/^timeout_successes_total\{.*\} [1-9]/m);
    child.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
    expect(text.out).toContain('cancelled');
    expect(text.out).toContain('Baseline');
  });

  it.skipIf(!existsSync('/dev/full'))('says in one sentence that its report could not be written', async () => {
    const full = openSync('/dev/full', 'w');
    const args = ['--conditions=tta-source', main, 'demo', '--port', '0', '--requests', '6', '--arrivals', burst];
    const child = spawn(process.execPath, args, { stdio: ['ignore', full, 'pipe'] });
    const { stderr } = child as { readonly stderr: Readable };
    const [err, [exitCode]] = await Promise.all([textOf(stderr), once(child, 'close')]);
    closeSync(full);
    expect(exitCode).toBe(1);
    expect(err).toMatch(/\ntta: stdout cannot be written to \(ENOSPC\)\n$/);
  });

  it('ends quietly when nobody reads what it prints', async () => {
    const { child, text, ended } = started('--requests', '6', '--arrivals', burst);
    child.stdout.destroy();
    await ended;
    expect(text.err).not.toContain('    at ');
  });
});
