import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeIo } from '../__fixtures__/fake-io.ts';
import { runCli } from '../cli.ts';
import { answeredRows, inventedRows, writeRows } from './__fixtures__/graded-log.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tta-router-bad-'));
  const at = (name: string): string => join(folder, name);
  await writeRows(at('good.jsonl'), inventedRows(60));
  await writeRows(at('few.jsonl'), inventedRows(5));
  await writeRows(at('none.jsonl'), ['{"id":1}', '[]']);
  await writeRows(at('empty.jsonl'), []);
  await writeRows(
    at('unpriced.jsonl'),
    inventedRows(60).map((row) => ({ ...row, m: { small: { q: 1 }, large: { q: 1 } } })),
  );
  await writeRows(
    at('apart.jsonl'),
    inventedRows(60).map((row, index) => ({
      ...row,
      m: { [index % 2 === 0 ? 'small' : 'large']: { q: index % 3 === 0 ? 1 : 0 } },
    })),
  );
  await writeRows(
    at('one-question.jsonl'),
    inventedRows(60).map((row) => ({ ...row, prompt: 'the same' })),
  );
  await writeRows(at('answered.jsonl'), answeredRows(60));
  await writeRows(
    at('two.jsonl'),
    answeredRows(60).map((row, index) => ({ ...row, prompt: index % 2 === 0 ? 'the same' : 'the other' })),
  );
  await writeFile(at('prices.json'), '{"small":{"inputPerMillionUsd":-1,"outputPerMillionUsd":1}}');
  await writeFile(at('call-prices.json'), '{"small":{"perCallUsd":"1"}}');
  await writeFile(at('list.json'), '[]');
  await writeFile(at('text.json'), 'x');
  const io = fakeIo();
  await runCli(['router', 'train', at('good.jsonl'), '--out', at('weights.json'), '--hash-bits', '10'], '1.2.3', io);
  const judged = ['--verifier', '--cheap', 'small', '--strong', 'large', '--out', at('verifier.json')];
  await runCli(['router', 'train', at('answered.jsonl'), ...judged, '--hash-bits', '10'], '1.2.3', io);
  const { verifier, ...rest } = JSON.parse(await readFile(at('verifier.json'), 'utf8'));
  await writeFile(at('broken.json'), JSON.stringify({ ...rest, verifier: { ...verifier, inputs: [] } }));
  const weights = JSON.parse(await readFile(at('weights.json'), 'utf8'));
  await writeFile(at('fine.json'), JSON.stringify({ ...weights, training: { ...weights.training, questions: 'AAA' } }));
});
afterAll(() => rm(folder, { recursive: true }));

const WEIGHTS = ['--weights', '@weights.json'];
const PAIR = ['--cheap', 'small', '--strong', 'large'];
const OUT = ['--out', '@new.json'];

describe('bad input of tta router gets one sentence on stderr and exit code 2', () => {
  it.each([
    ['a missing file', ['train', '@nothing.jsonl', ...OUT], 'there is no file @nothing.jsonl'],
    ['a directory', ['train', '@', ...OUT], 'is a directory, but a file is needed'],
    ['no file at all', ['train', ...OUT], "missing required argument 'files'"],
    ['no place for the weights', ['train', '@good.jsonl'], "required option '--out <file>' not specified"],
    ['a place that is not there', ['train', '@good.jsonl', '--out', '@no/new.json'], 'there is no directory @no'],
    ['a place that is a directory', ['train', '@good.jsonl', '--out', '@'], 'is a directory, but a file is needed'],
    [
      'a file without rows',
      ['train', '@none.jsonl', ...OUT],
      '@none.jsonl has no row of a routing log: line 1: "prompt" or "features" is missing (and 1 more)',
    ],
    [
      'such a file beside a good one',
      ['train', '@good.jsonl', '@none.jsonl', ...OUT],
      '@none.jsonl has no row of a routing log',
    ],
    ['an empty file', ['train', '@empty.jsonl', ...OUT], '@empty.jsonl has no row of a routing log: it is empty'],
    [
      'too few grades',
      ['train', '@few.jsonl', ...OUT],
      'learning needs 20 graded answers of a model, but there are 5 of small and 5 of large',
    ],
    [
      'one question only',
      ['train', '@one-question.jsonl', ...OUT],
      'the graded answers of small cover only one question',
    ],
    [
      'a model that is not there',
      ['train', '@good.jsonl', ...OUT, '--models', 'huge'],
      'no row has the model huge (there are small and large)',
    ],
    [
      'hash bits that are none',
      ['train', '@good.jsonl', ...OUT, '--hash-bits', '7'],
      'It must be a whole number from 8 to 20.',
    ],
    [
      'a mark that is not there',
      ['train', '@good.jsonl', ...OUT, '--split', 'dev'],
      'no row is marked dev (marks that occur: none)',
    ],
    ['an unknown command', ['trian'], "unknown command 'trian' (Did you mean train?)"],
    [
      'a target above 1',
      ['calibrate', '@good.jsonl', ...WEIGHTS, ...PAIR, '--target', '98'],
      'It must be a number above 0 and at most 1, such as 0.98.',
    ],
    ['no target', ['calibrate', '@good.jsonl', ...WEIGHTS, ...PAIR, '--target', ''], 'It must be a number above 0'],
    ['missing weights', ['eval', '@good.jsonl', '--weights', '@no.json'], 'there is no file @no.json'],
    [
      'weights that are a log',
      ['eval', '@good.jsonl', '--weights', '@good.jsonl'],
      'these routing weights cannot be used: they are not JSON',
    ],
    [
      'weights that were damaged',
      ['eval', '@good.jsonl', '--weights', '@fine.json', ...PAIR],
      'training.questions must be base64 of four bytes for each',
    ],
    [
      'a cheap model that the weights do not know',
      ['calibrate', '@good.jsonl', ...WEIGHTS, '--cheap', 'tiny', '--strong', 'large'],
      '--cheap is tiny, but @weights.json knows small and large',
    ],
    [
      'a strong model that the weights do not know',
      ['eval', '@good.jsonl', ...WEIGHTS, '--cheap', 'small', '--strong', 'huge'],
      '--strong is huge, but @weights.json knows small and large',
    ],
    [
      'the same model twice',
      ['calibrate', '@good.jsonl', ...WEIGHTS, '--cheap', 'small', '--strong', 'small'],
      'they must differ',
    ],
    [
      'a pair that nobody named',
      ['eval', '@good.jsonl', ...WEIGHTS],
      '@weights.json is not calibrated, so --cheap and --strong must name the two models',
    ],
    [
      'answers to different prompts',
      ['calibrate', '@apart.jsonl', ...WEIGHTS, ...PAIR],
      'no row has graded answers of both small and large (graded: small in 30 and large in 30)',
    ],
    [
      'costs that nobody knows',
      ['calibrate', '@unpriced.jsonl', ...WEIGHTS, ...PAIR],
      'the cost of small and large is unknown: pass --prices',
    ],
    [
      'a negative price',
      ['calibrate', '@unpriced.jsonl', ...WEIGHTS, ...PAIR, '--prices', '@prices.json'],
      '@prices.json: priceList: prices["small"].inputPerMillionUsd',
    ],
    [
      'a price per call that is none',
      ['calibrate', '@unpriced.jsonl', ...WEIGHTS, ...PAIR, '--prices', '@call-prices.json'],
      'perCallUsd of small must be a number, 0 or more',
    ],
    [
      'prices that are a list',
      ['calibrate', '@good.jsonl', ...WEIGHTS, ...PAIR, '--prices', '@list.json'],
      '@list.json must contain a JSON object with a price for each model',
    ],
    ['prices that are not JSON', ['report', '@good.jsonl', '--prices', '@text.json'], '@text.json is not JSON'],
    [
      'too few rows to measure',
      ['eval', '@few.jsonl', ...WEIGHTS, ...PAIR],
      '5 rows with both models graded are too few to measure on',
    ],
    [
      'a verifier of nobody',
      ['train', '@answered.jsonl', ...OUT, '--verifier', '--cheap', 'small'],
      '--verifier needs --cheap (the model to judge)',
    ],
    [
      'a verifier of one model',
      ['train', '@answered.jsonl', ...OUT, '--verifier', '--cheap', 'small', '--strong', 'small'],
      '--cheap and --strong are both small',
    ],
    [
      'a verifier of several models',
      ['train', '@answered.jsonl', ...OUT, '--verifier', ...PAIR, '--models', 'small'],
      'leave out --models',
    ],
    [
      'a pair without a verifier',
      ['train', '@answered.jsonl', ...OUT, ...PAIR],
      '--cheap and --strong need --verifier',
    ],
    [
      'a verifier of models that are not there',
      ['train', '@answered.jsonl', ...OUT, '--verifier', '--cheap', 'tiny', '--strong', 'large'],
      'no row has graded answers of both tiny and large',
    ],
    [
      'no texts to learn from',
      ['train', '@good.jsonl', ...OUT, '--verifier', ...PAIR],
      'none of 60 rows with both models graded has the text of the answer of small, which a verifier reads',
    ],
    [
      'texts to two questions only',
      ['train', '@two.jsonl', ...OUT, '--verifier', ...PAIR],
      'the answers of small cover too few questions to train a verifier',
    ],
    [
      'weights without a verifier',
      ['calibrate', '@answered.jsonl', ...WEIGHTS, '--verifier'],
      '@weights.json contains no verifier; `tta router train --verifier` learns one',
    ],
    [
      'no texts to choose a threshold on',
      ['calibrate', '@good.jsonl', '--weights', '@verifier.json', '--verifier'],
      'has the text of the answer of small',
    ],
    [
      'no texts to measure on',
      ['eval', '@good.jsonl', '--weights', '@verifier.json', '--verifier'],
      'has the text of the answer of small',
    ],
    [
      'a verifier of other models',
      ['eval', '@answered.jsonl', '--weights', '@verifier.json', '--verifier', '--cheap', 'large', '--strong', 'small'],
      'the verifier in @verifier.json judges small before large, and no other models',
    ],
    [
      'a verifier that was damaged',
      ['eval', '@answered.jsonl', '--weights', '@broken.json', '--verifier'],
      'these routing weights cannot be used: verifier.inputs must name inputs of this version',
    ],
    [
      'an unknown baseline',
      ['report', '@good.jsonl', '--baseline', 'huge'],
      '--baseline is huge, which is not in the log and has no known price (there are small and large)',
    ],
  ])('%s', async (_, args, sentence) => {
    const real = (text: string): string => text.replace('@', `${folder}/`);
    const io = fakeIo();
    const exitCode = await runCli(['router', ...args.map(real)], '1.2.3', io);
    expect({ exitCode, out: io.out() }).toEqual({ exitCode: 2, out: '' });
    expect(io.err()).toContain(real(sentence));
    expect(io.err()).toMatch(/^tta: [^\n]*\n$/);
  });
});

it('an interruption ends the work with 130, and leaves no file', async () => {
  const io = fakeIo();
  const path = join(folder, 'interrupted.json');
  const running = runCli(['router', 'train', join(folder, 'good.jsonl'), '--out', path], '1.2.3', io);
  io.interrupt();
  expect(await running).toBe(130);
  expect(io.err()).toBe('tta: interrupted\n');
  await expect(readFile(path)).rejects.toThrow('ENOENT');
});
