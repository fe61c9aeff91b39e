import { WorkflowContext } from 'tta-dev-primitives';
import { recordingObserver } from 'tta-dev-primitives/testing';
import { describe, expect, it } from 'vitest';
import type { SemanticShadowOptions } from './semantic-shadow-options.ts';
import { SemanticShadowPrimitive } from './semantic-shadow-primitive.ts';

interface Request {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly stream?: boolean;
}

const ask = (content: string, model = 'gpt-4o-mini'): Request => ({ model, messages: [{ role: 'user', content }] });

/** A vector that points further from the first axis with every sixth letter. */
const embed = async (text: string): Promise<readonly number[]> => {
  const angle = text.length / 60;
  return [Math.cos(angle), Math.sin(angle)];
};

const answerTo = (request: Request, content: string) => ({
  object: 'chat.completion',
  model: request.model,
  choices: [{ finish_reason: 'stop', message: { role: 'assistant', content } }],
  usage: { prompt_tokens: 1_000, completion_tokens: 100, total_tokens: 1_100 },
});

const acme = new WorkflowContext({ tenantId: 'acme' });

function shadowOf(answer: (request: Request) => string, options: Partial<SemanticShadowOptions<Request>> = {}) {
  const step = (request: Request) => answerTo(request, answer(request));
  return new SemanticShadowPrimitive(step, { operation: 'faq', embed, thresholds: [0.9, 0.999], ...options });
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function run(shadow: SemanticShadowPrimitive<Request, unknown>, ...requests: readonly Request[]): Promise<void> {
  for (const request of requests) {
    await shadow.execute(request, acme);
    await settled();
  }
}

describe('a semantic shadow', () => {
  it('serves nothing, and counts what each policy would have served, rightly or wrongly', async () => {
    let count = 0;
    const shadow = shadowOf(() => (count++ < 2 ? 'Paris.' : 'Rome.'));
    await run(
      shadow,
      ask('capital of france please'),
      ask('capital of france, please'),
      ask('the capital of france please'),
    );
    expect(count).toBe(3);
    const { total, compared, policies } = shadow.getStats();
    expect([total, compared]).toEqual([3, 3]);
    expect(policies).toMatchObject([
      { threshold: 0.9, hits: 2, agreed: 1, disagreed: 1, isConclusive: false },
      { threshold: 0.999, hits: 1, agreed: 1, disagreed: 0 },
    ]);
    expect(policies[0]?.savedUsd).toBeCloseTo(2 * 0.00021, 12);
    expect(policies[0]?.disagreementRate.high).toBeGreaterThan(0.9);
    expect(String(shadow)).toContain('0.9: 2 hits, 50.0 %');
  });

  it('leaves exact repeats to an exact cache', async () => {
    const shadow = shadowOf(() => 'Paris.');
    await run(shadow, ask('capital of france'), ask('capital of france'));
    expect(shadow.getStats()).toMatchObject({ compared: 2, exactRepeats: 1, policies: [{ hits: 0 }, { hits: 0 }] });
  });

  it.each([
    ['another number', 'What is new in version 2?', 'What is new in version 3?'],
    ['a negation', 'Which plans have a limit?', "Which plans don't have a limit?"],
    ['the contrary', 'How do I enable it here?', 'How do I disable it here?'],
    ['another name', 'Who is the mayor of Paris today?', 'Who is the mayor of Milan today?'],
    ['another quotation', 'What does "foo" mean here?', 'What does "bar" mean here?'],
    ['another identifier', 'What does readFile return?', 'What does openFile return?'],
    ['the other direction', 'Is it before lunch and after tea?', 'Is it after lunch and before tea?'],
  ])('would refuse a question with %s, however near', async (_what, one, other) => {
    const shadow = shadowOf(() => 'same', { embed: async () => [1, 0] });
    await run(shadow, ask(one), ask(other));
    expect(shadow.getStats().policies).toMatchObject([
      { hits: 0, gated: 1 },
      { hits: 0, gated: 1 },
    ]);
  });

  it('compares requests of one scope that are equal but for their last text', async () => {
    const shadow = shadowOf(() => 'same', { embed: async () => [1, 0] });
    await run(shadow, ask('hello there'), ask('hello you there', 'gpt-4o'), {
      ...ask('hello all there'),
      messages: [{ role: 'system', content: 'Be rude.' }, ...ask('hello all there').messages],
    });
    await shadow.execute(ask('hello dear there'), new WorkflowContext({ tenantId: 'globex' }));
    await settled();
    expect(shadow.getStats()).toMatchObject({ compared: 4, policies: [{ hits: 0 }, { hits: 0 }] });
  });

  it('asks the judge, and counts what it could not say', async () => {
    const judged: string[][] = [];
    const verdicts = [true, false, undefined];
    const shadow = shadowOf((request) => request.messages[0]?.content ?? '', {
      embed: async () => [1, 0],
      agree: async (stored, fresh) => {
        judged.push([stored, fresh]);
        const verdict = verdicts.shift();
        if (verdict === undefined) throw new Error('the judge is out');
        return verdict;
      },
    });
    await run(shadow, ask('hello'), ask('hello a'), ask('hello b'), ask('hello c'));
    expect(judged[0]).toEqual(['hello', 'hello a']);
    expect(shadow.getStats().policies[0]).toMatchObject({ hits: 3, agreed: 1, disagreed: 1, unjudged: 1 });
  });

  it('answers at once, whatever the embedding does, and works on no more than it may', async () => {
    const shadow = shadowOf(() => 'same', { embed: () => new Promise(() => {}), maxPending: 2 });
    await run(shadow, ask('a'), ask('b'), ask('c'));
    expect(shadow.getStats()).toMatchObject({ total: 3, compared: 0, leftOut: 1 });
  });

  it('counts embeddings that fail, are late, or are none', async () => {
    const answers = [
      () => Promise.reject(new Error('down')),
      () => [],
      () => [0, 0],
      () => [Number.NaN],
      () => new Promise<never>(() => {}),
    ];
    const shadow = shadowOf(() => 'same', { embed: () => answers.shift()?.() ?? [1], timeoutMs: 20 });
    await run(shadow, ask('a'), ask('b'), ask('c'), ask('d'), ask('e'));
    await expect.poll(() => shadow.getStats().failed).toBe(5);
    expect(shadow.getStats().compared).toBe(0);
  });

  it('compares streams once they have ended, and none that was left', async () => {
    const chunk = (content: string, finish_reason: string | null = null) => ({
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta: { content }, finish_reason }],
    });
    const shadow = new SemanticShadowPrimitive(
      async function* (_request: Request) {
        yield chunk('Par');
        yield chunk('is.', 'stop');
      },
      { embed: async () => [1, 0], thresholds: [0.9] },
    );
    for (const text of ['hello', 'hello you']) {
      for await (const _chunk of await shadow.execute(ask(text), acme));
      await settled();
    }
    for await (const _chunk of await shadow.execute(ask('hello all'), acme)) break;
    await settled();
    expect(shadow.getStats()).toMatchObject({ compared: 2, notComparable: 1, policies: [{ hits: 1, agreed: 1 }] });
  });

  it('compares nothing that has no text, failed, or was cut short', async () => {
    const shadow = new SemanticShadowPrimitive(
      (input: unknown) => ({
        ...answerTo(ask('x'), 'cut'),
        choices: [{ finish_reason: 'length', message: { content: String(input) } }],
      }),
      { embed },
    );
    for (const input of [
      'a text',
      7,
      { messages: [{ role: 'user', content: [{ type: 'image' }] }] },
      new Proxy(
        {},
        {
          get: () => {
            throw new Error('no');
          },
        },
      ),
    ]) {
      await shadow.execute(input, acme).catch(() => {});
      await settled();
    }
    expect(shadow.getStats()).toMatchObject({ total: 4, compared: 0, notComparable: 4 });
  });

  it('compares no text and no answer that is very long', async () => {
    let length = 40_000;
    const shadow = shadowOf(() => 'a'.repeat(length));
    await run(shadow, ask('hello'));
    length = 1;
    await run(shadow, ask('x'.repeat(40_000)));
    expect(shadow.getStats()).toMatchObject({ compared: 0, notComparable: 2, embedCostUsd: 0 });
  });

  it('holds the newest requests only', async () => {
    const shadow = shadowOf(() => 'same', {
      embed: async (text) => (text.startsWith('near') ? [1, 0] : [0, 1]),
      maxEntries: 2,
    });
    await run(shadow, ask('near one'), ask('far one'), ask('far other'), ask('near other'));
    expect(shadow.getStats().policies[0]).toMatchObject({ hits: 1 });
  });

  it('states each verdict, and counts the cost of embedding', async () => {
    using recording = recordingObserver();
    const shadow = shadowOf(() => 'same', { embed: async () => [1, 0], embedUsd: 0.5 });
    await run(shadow, ask('hello'), ask('hello you'));
    expect(recording.factsOf('semanticShadow.wouldHit')).toEqual([
      { threshold: 0.9, verdict: 'agreed' },
      { threshold: 0.999, verdict: 'agreed' },
    ]);
    expect(shadow.getStats().embedCostUsd).toBe(1);
  });

  it.each<[object, string]>([
    [{ embed: undefined }, 'embed must be a function'],
    [{ thresholds: [] }, 'thresholds must be a list'],
    [{ thresholds: [1.1] }, 'thresholds must be a number at least 0 and at most 1'],
    [{ thresholds: 0.9 }, 'thresholds must be a list'],
    [{ thresholds: [0.9, 0.9] }, 'thresholds must be a list of 1 to 20 different numbers'],
    [{ thresholds: Array.from({ length: 21 }, (_, index) => index / 100) }, 'thresholds must be a list of 1 to 20'],
    [{ threshold: 0.9 }, 'threshold is not an option'],
    [{ agree: 'yes' }, 'agree must be a function'],
    [{ maxEntries: 0 }, 'maxEntries must be a whole number'],
    [{ maxPending: 0.5 }, 'maxPending must be a whole number'],
    [{ timeoutMs: 0 }, 'timeoutMs must be a number above 0'],
    [{ timeoutMs: 3e9 }, 'timeoutMs must be a number above 0 and at most 86400000'],
    [{ embedUsd: -1 }, 'embedUsd must be a number at least 0'],
  ])('refuses %o', (options, sentence) => {
    expect(() => shadowOf(() => '', options)).toThrow(`SemanticShadowPrimitive: ${sentence}`);
  });
});
