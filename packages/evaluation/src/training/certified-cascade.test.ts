import { recordingObserver } from 'tta-dev-primitives/testing';
import { type VerifierCalibration, verifierOf } from 'tta-observability-integration/learning';
import {
  acceptLearned,
  type CertifiedCascadeOptions,
  certifiedCascade,
} from 'tta-observability-integration/primitives';
import { describe, expect, it } from 'vitest';
import { comparedRows } from './__fixtures__/graded.ts';
import { learnedFromCompared } from './__fixtures__/learned-verifier.ts';

const { weights } = learnedFromCompared(comparedRows(400));
const SHOWN: VerifierCalibration = {
  target: 0.95,
  promise: 'shown',
  alpha: 0.025,
  keptLow: 0.951,
  savedLow: 0.4,
  choice: 'by_score',
  threshold: 0.45,
  rows: 400,
  differing: 0.05,
};

/** The file as production reads it. */
const fileWith = (calibration: VerifierCalibration | undefined): string =>
  JSON.stringify({ ...weights, verifier: { ...weights.verifier, calibration } });

/** An answer as OpenAI gives it, with so many tokens. */
const said = (text: string, tokens = 40) => ({
  object: 'chat.completion',
  model: 'any',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: text } }],
  usage: { prompt_tokens: 20, completion_tokens: tokens, total_tokens: 20 + tokens },
});
type Answer = ReturnType<typeof said>;

const cascadeOf = (
  { small = '18', other = '18', large = '18' } = {},
  options: CertifiedCascadeOptions<string, Answer> = {},
  calibration: VerifierCalibration | undefined = SHOWN,
) =>
  certifiedCascade<string, Answer>(
    fileWith(calibration),
    { small: () => said(small), other: () => said(other, 50), large: () => said(large, 60) },
    { extract: ({ text }) => text, ...options },
  );

const textOf = (answer: Answer): string | undefined => answer.choices[0]?.message.content;

describe('a certified cascade', () => {
  it('gives the cheap answer if the second model says the same, and else asks the strong one', async () => {
    const agreeing = cascadeOf({ other: '18.0', large: 'strong' });
    expect(textOf(await agreeing.execute('name the capital'))).toBe('18');
    const differing = cascadeOf({ other: '20', large: 'strong' });
    expect(textOf(await differing.execute('name the capital'))).toBe('strong');
    expect(differing.getStats().stages['small']?.rejections).toEqual({ unsure: 1 });
  });

  it('decides as the verifier in the file', async () => {
    const verifier = verifierOf(fileWith(SHOWN));
    for (const { prompt, first, second } of comparedRows(60, 5)) {
      const cascade = cascadeOf({ small: first, other: second, large: 'strong' });
      const trust = verifier(prompt, { answer: first, outputTokens: 40 }, { answer: second, outputTokens: 50 });
      expect(textOf(await cascade.execute(prompt))).toBe(trust >= 0.45 ? first : 'strong');
    }
  });

  it('states its promise, in its statistics, in its description, in one line and in facts', async () => {
    const cascade = cascadeOf();
    expect(cascade.getStats().quality).toMatchObject({
      state: 'shown',
      promise: { target: 0.95, savedLow: 0.4, rows: 400, alpha: 0.025 },
    });
    expect(cascade.describe().promise).toBe(
      'keeps at least 95.0 % of the quality of large and saves at least 40.0 % of its cost, as 400 graded rows show (each wrong in at most 2.5 % of calibrations)',
    );
    expect(String(cascade)).toContain('keeps 95.0 %');
    using observer = recordingObserver();
    await cascade.execute('name the capital');
    const stated = observer.executions.find(({ kind }) => kind === 'cascade')?.facts;
    expect(stated).toEqual(
      expect.arrayContaining([
        { name: 'cascade.quality', value: 'shown' },
        { name: 'cascade.promisedShare', value: 0.95 },
      ]),
    );
  });

  it('is left out for good once more answers differ than its rows allow', async () => {
    const cascade = cascadeOf({ large: '19' }, { checkEvery: 1 });
    for (let request = 0; request < 40; request += 1) await cascade.execute('name the capital');
    expect(cascade.getStats()).toMatchObject({ isEnabled: false, quality: { state: 'lost' } });
    expect(cascade.describe().promise).toBeUndefined();
    expect(String(cascade)).toContain('quality lost, switched off');
  });

  it('stays on while as many answers differ as did in its rows', async () => {
    let request = 0;
    const large = () => said(request++ % 20 === 0 ? '19' : '18', 60);
    const steps = { small: () => said('18'), other: () => said('18', 50), large };
    const cascade = certifiedCascade<string, Answer>(fileWith(SHOWN), steps, {
      extract: ({ text }) => text,
      checkEvery: 1,
    });
    for (let asked = 0; asked < 600; asked += 1) await cascade.execute('name the capital');
    expect(cascade.getStats()).toMatchObject({ isEnabled: true, quality: { state: 'shown', differing: 30 } });
  });

  it('counts what is lost instead where answers that differ are graded', async () => {
    const grade = () => ({ answer: 1, last: 1 });
    const cascade = cascadeOf({ large: '19' }, { checkEvery: 1, grade });
    for (let request = 0; request < 100; request += 1) await cascade.execute('name the capital');
    expect(cascade.getStats()).toMatchObject({ isEnabled: true, quality: { state: 'shown', checks: 100 } });
  });

  it('accepts no answer of unknown length if it has learned from lengths', async () => {
    const cascade = certifiedCascade<string, string>(
      fileWith(SHOWN),
      { small: () => '18', other: () => '18', large: () => 'strong' },
      { extract: ({ text }) => text },
    );
    expect(await cascade.execute('name the capital')).toBe('strong');
  });

  it('asks the strong model if the second one fails', async () => {
    const steps = {
      small: () => said('18'),
      other: () => Promise.reject(new Error('down')),
      large: () => said('strong'),
    };
    const cascade = certifiedCascade<string, Answer>(fileWith(SHOWN), steps, { extract: ({ text }) => text });
    expect(textOf(await cascade.execute('name the capital'))).toBe('strong');
  });
});

describe('a certified cascade is refused', () => {
  const steps = { small: () => '18', other: () => '18', large: () => '18' };
  const made =
    (file: string, given: object = steps, options: object = { extract: () => 1 }) =>
    () =>
      certifiedCascade(file, given as typeof steps, options);

  it.each([
    ['without a calibration', made(fileWith(undefined)), 'the verifier is not calibrated'],
    [
      'with a promise that was not shown',
      made(fileWith({ ...SHOWN, promise: 'not_shown' })),
      'do not show that 95.0 % of the quality is kept',
    ],
    [
      'without a step for a model',
      made(fileWith(SHOWN), { small: () => 1, large: () => 1 }),
      'steps must be a step for each',
    ],
    [
      'with a step too many',
      made(fileWith(SHOWN), { ...steps, huge: () => 1 }),
      'steps must be a step for each model of the file (small, other, large) and no other, but they are small, other, large, huge',
    ],
    [
      'without steps',
      made(fileWith(SHOWN), {}),
      'steps must be a step for each model of the file (small, other, large) and no other, but they are none',
    ],
    ['without anything to compare', made(fileWith(SHOWN), steps, {}), 'extract must be a function'],
    [
      'with an unknown option',
      made(fileWith(SHOWN), steps, { extract: () => 1, accept: () => true, every: 1 }),
      'every',
    ],
  ])('%s', (_what, make, problem) => {
    expect(make).toThrow(problem);
  });

  it('unless it is told to take what was not shown, and then it says that its quality is not known', async () => {
    const cascade = cascadeOf({}, { allowUnproven: true }, { ...SHOWN, promise: 'not_shown' });
    expect(cascade.getStats().quality.state).toBe('unknown');
    expect(cascade.describe().promise).toBeUndefined();
  });

  it('by acceptLearned, which sees one answer only', () => {
    expect(() => acceptLearned(verifierOf(fileWith(SHOWN)))).toThrow(
      'this verifier looks at the answer of other too; make the cascade with certifiedCascade',
    );
  });
});
