import fc from 'fast-check';
import { step, WorkflowContext } from 'tta-dev-primitives';
import { recordingObserver } from 'tta-dev-primitives/testing';
import { describe, expect, it } from 'vitest';
import { acceptComplete } from './accept/complete.ts';
import { CascadePrimitive } from './cascade-primitive.ts';

const MINI = { model: 'gpt-4o-mini', provider: 'openai' };
const LARGE = { model: 'gpt-4o', provider: 'openai' };

const MINI_USD = 0.00021;
const LARGE_USD = 0.0035;

/** An answer of 1,000 tokens in and 100 out. */
const answer = (content: string, model = 'gpt-4o-mini') => ({
  object: 'chat.completion',
  model,
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }],
  usage: { prompt_tokens: 1_000, completion_tokens: 100, total_tokens: 1_100 },
});

type Answer = ReturnType<typeof answer>;

const says = (content: string) => (_prompt: string) => answer(content);

const isGood = ({ text }: { readonly text: string | undefined }) => text === 'good';

const cascadeOf = (mini: (prompt: string) => unknown, large: (prompt: string) => unknown, options: object = {}) =>
  new CascadePrimitive<string, unknown>(
    { mini: { step: mini, ...MINI }, large: { step: large, ...LARGE } },
    { accept: isGood, ...options },
  );

const textOf = (output: unknown): string | undefined => (output as Answer).choices[0]?.message.content;

describe('a cascade', () => {
  it('gives the cheap answer that will do, and does not ask the last stage', async () => {
    const cascade = cascadeOf(says('good'), () => {
      throw new Error('asked');
    });
    expect(textOf(await cascade.execute('x'))).toBe('good');
    const { outcomes, stages, costUsd, costSavingsUsd } = cascade.getStats();
    expect(outcomes).toEqual({ accepted: 1, escalated: 0, switched_off: 0 });
    expect(stages).toMatchObject({ mini: { asked: 1, answered: 1 }, large: { asked: 0, answered: 0 } });
    expect(costUsd).toBeCloseTo(MINI_USD, 12);
    expect(costSavingsUsd).toBeCloseTo(LARGE_USD - MINI_USD, 12);
  });

  it('asks the last stage when the cheap answer will not do, gives its answer whatever it is, and keeps the loss', async () => {
    const cascade = cascadeOf(says('bad'), says('worse'));
    expect(textOf(await cascade.execute('x'))).toBe('worse');
    const { outcomes, stages, costUsd, costSavingsUsd } = cascade.getStats();
    expect(outcomes).toEqual({ accepted: 0, escalated: 1, switched_off: 0 });
    expect(stages['mini']).toMatchObject({ asked: 1, answered: 0, rejections: { custom: 1 } });
    expect(costUsd).toBeCloseTo(MINI_USD + LARGE_USD, 12);
    expect(costSavingsUsd).toBeCloseTo(-MINI_USD, 12);
  });

  it('goes through more than two stages in their order', async () => {
    const asked: string[] = [];
    const stage = (name: string, content: string) => (_prompt: string) => {
      asked.push(name);
      return answer(content);
    };
    const cascade = new CascadePrimitive<string, Answer>(
      { a: stage('a', 'bad'), b: stage('b', 'good'), c: stage('c', 'never') },
      { accept: isGood },
    );
    expect(textOf(await cascade.execute('x'))).toBe('good');
    expect(asked).toEqual(['a', 'b']);
  });

  it('passes over a stage that fails', async () => {
    const cascade = cascadeOf(() => Promise.reject(new Error('down')), says('good'));
    expect(textOf(await cascade.execute('x'))).toBe('good');
    expect(cascade.getStats().stages['mini']).toMatchObject({ asked: 1, rejections: { error: 1 } });
  });

  it('closes the body of a response that it rejects', async () => {
    const closed = Promise.withResolvers<void>();
    const body = new ReadableStream<Uint8Array>({ cancel: () => closed.resolve() });
    const cascade = cascadeOf(() => new Response(body), says('good'));
    expect(textOf(await cascade.execute('x'))).toBe('good');
    await closed.promise;
  });

  it('throws the error of the last stage untouched', async () => {
    const failure = new Error('down');
    const cascade = cascadeOf(says('bad'), () => Promise.reject(failure));
    await expect(cascade.execute('x')).rejects.toBe(failure);
    expect(cascade.getStats()).toMatchObject({ total: 1, outcomes: { accepted: 0, escalated: 0, switched_off: 0 } });
  });

  it('stops when its caller gives up, and asks no further stage', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    let asked = 0;
    const cascade = cascadeOf(
      () => {
        controller.abort(reason);
        throw reason;
      },
      () => {
        asked += 1;
      },
    );
    await expect(cascade.execute('x', new WorkflowContext({ signal: controller.signal }))).rejects.toBe(reason);
    expect(asked).toBe(0);
  });

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('careless');
      },
    ],
    ['rejects', () => Promise.reject(new Error('careless'))],
    [
      'throws what cannot be looked at',
      () => {
        const { proxy, revoke } = Proxy.revocable({}, {});
        revoke();
        throw proxy;
      },
    ],
    [
      'throws a promise that rejects',
      () => {
        throw Promise.reject(new Error('careless'));
      },
    ],
  ])('takes an answer for not good enough when the rule %s', async (_what, accept) => {
    const cascade = cascadeOf(says('good'), says('better'), { accept });
    expect(textOf(await cascade.execute('x'))).toBe('better');
    expect(cascade.getStats().stages['mini']?.rejections).toEqual({ judge_error: 1 });
  });

  it.each<[string, unknown]>([
    ['a truthy value', 1],
    ['a word that is no reason', 'because'],
    ['nothing', undefined],
  ])('takes %s for a rejection, with the reason custom', async (_what, verdict) => {
    const cascade = cascadeOf(says('good'), says('better'), { accept: () => verdict });
    await cascade.execute('x');
    expect(cascade.getStats().stages['mini']?.rejections).toEqual({ custom: 1 });
  });

  it('asks a rule of a stage in place of its own', async () => {
    const cascade = new CascadePrimitive<string, Answer>(
      { mini: { step: says('bad'), accept: () => true }, large: says('good') },
      { accept: isGood },
    );
    expect(textOf(await cascade.execute('x'))).toBe('bad');
  });

  it('counts what cannot be priced, and claims no saving for it', async () => {
    const cascade = new CascadePrimitive<string, unknown>(
      { mini: { step: says('good'), model: 'my-own' }, large: { step: says('good'), ...LARGE } },
      { accept: isGood },
    );
    await cascade.execute('x');
    expect(cascade.getStats()).toMatchObject({ unpriced: 1, costSavingsUsd: 0 });
  });

  it('states stages, rejections, the outcome, tokens and money', async () => {
    using recording = recordingObserver();
    await cascadeOf(says('bad'), says('good'), { operation: 'chat' }).execute('x');
    expect(recording.factsOf('cascade.operation')).toEqual(['chat']);
    expect(recording.factsOf('cascade.stage')).toEqual(['mini', 'large']);
    expect(recording.factsOf('cascade.rejection')).toEqual(['custom']);
    expect(recording.factsOf('cascade.outcome')).toEqual(['escalated']);
    expect(recording.factsOf('llm.model')).toEqual(['gpt-4o-mini', 'gpt-4o']);
    expect(recording.factsOf('llm.costUsd')).toEqual([expect.closeTo(MINI_USD, 12), expect.closeTo(LARGE_USD, 12)]);
    expect(recording.factsOf('cascade.savedUsd')).toEqual([expect.closeTo(-MINI_USD, 12)]);
  });

  it('tells what it did in one line', async () => {
    const cascade = cascadeOf(says('good'), says('good'));
    await cascade.execute('x');
    expect(String(cascade)).toBe('CascadePrimitive(cascade: 1 requests, answered by mini 1, large 0, $0.003290 saved)');
  });

  it('takes primitives as stages, and names its parts', () => {
    const cascade = new CascadePrimitive<string, Answer>(
      { mini: step('ask mini', says('good')), large: says('good') },
      { accept: acceptComplete() },
    );
    expect(cascade.parts.map(({ name }) => name)).toEqual(['ask mini', 'large']);
  });

  it('counts every execution once, and spends what the last stage would have cost less what it saved', async () => {
    const kinds = fc.constantFrom('good', 'bad', 'fails');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(kinds, kinds), { maxLength: 60 }), async (requests) => {
        let lastStageUsd = 0;
        const stageOf = (position: 0 | 1) => (prompt: string) => {
          const kind = JSON.parse(prompt)[position];
          if (kind === 'fails') throw new Error('down');
          return answer(kind);
        };
        const cascade = cascadeOf(stageOf(0), stageOf(1), { selfSwitch: false });
        let failures = 0;
        for (const kinds of requests) {
          await cascade.execute(JSON.stringify(kinds)).then(
            () => {
              lastStageUsd += LARGE_USD;
            },
            () => {
              failures += 1;
            },
          );
        }
        const { total, outcomes, costUsd, costSavingsUsd } = cascade.getStats();
        expect(total).toBe(requests.length);
        expect(outcomes.accepted + outcomes.escalated + outcomes.switched_off + failures).toBe(total);
        expect(costUsd + costSavingsUsd).toBeCloseTo(lastStageUsd, 9);
      }),
    );
  });

  it.each<[object, object, string]>([
    [{}, {}, 'stages must be two or more, the cheapest first, but they are 0'],
    [{ one: says('x') }, { accept: isGood }, 'stages must be two or more, the cheapest first, but they are 1'],
    [{ one: says('x'), two: says('x') }, {}, 'one has no rule'],
    [{ one: says('x'), two: 7 }, { accept: isGood }, 'stages["two"] must be a function or a primitive'],
    [{ one: { step: 7 }, two: says('x') }, { accept: isGood }, 'stages["one"].step must be a function or a primitive'],
    [{ one: { step: says('x'), model: '' }, two: says('x') }, { accept: isGood }, 'stages["one"].model must be a name'],
    [{ one: { step: says('x'), accept: 'yes' }, two: says('x') }, {}, 'stages["one"].accept must be a function'],
    [{ one: says('x'), two: says('x') }, { accept: 'yes' }, 'accept must be a function'],
    [{ one: says('x'), two: says('x') }, { accept: isGood, operation: '' }, 'operation must be a name'],
    [{ one: says('x'), two: says('x') }, { accept: isGood, minRequests: 0 }, 'minRequests must be a whole number'],
    [{ one: says('x'), two: says('x') }, { accept: isGood, probeEvery: 1 }, 'probeEvery must be a whole number'],
    [{ one: says('x'), two: says('x') }, { accept: isGood, selfSwitch: 1 }, 'selfSwitch must be true or false'],
    [{ one: says('x'), two: says('x') }, { accept: isGood, prices: {} }, 'prices.price must be a function'],
    [
      { one: says('x'), two: says('x') },
      { accept: isGood, acceptTimeoutMs: 0 },
      'acceptTimeoutMs must be a number above 0',
    ],
    [{ one: says('x'), two: says('x') }, { acept: isGood }, 'acept is not an option'],
    [
      { one: { step: says('x'), modle: 'm' }, two: says('x') },
      { accept: isGood },
      'stages["one"].modle is not an option',
    ],
    [
      { one: says('x'), two: says('x') },
      { accept: isGood, promise: { target: 98 } },
      'promise.target must be a number above 0 and at most 1',
    ],
    [{ one: says('x'), two: says('x') }, { accept: isGood, promise: {} }, 'promise.target must be a number'],
    [
      { one: says('x'), two: says('x') },
      { accept: isGood, promise: { target: 0.9, share: 1 } },
      'promise.share is not an option',
    ],
    [
      { one: says('x'), two: says('x') },
      { accept: isGood, promise: { target: 0.9 }, qualityTarget: 0.8 },
      'promise stands for quality and qualityTarget, so they must be left out',
    ],
    [{ 70: says('x'), 8: says('x') }, { accept: isGood }, 'stages must not be named by whole numbers, as 8 is'],
  ])('refuses %o with %o', (stages, options, sentence) => {
    expect(() => new CascadePrimitive(stages as never, options)).toThrow(`CascadePrimitive: `);
    expect(() => new CascadePrimitive(stages as never, options)).toThrow(sentence);
  });
});

describe('a cascade of streams', () => {
  const chunks = (content: string) => [
    { object: 'chat.completion.chunk', model: 'm', choices: [{ index: 0, delta: { content }, finish_reason: null }] },
    { object: 'chat.completion.chunk', model: 'm', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
    { object: 'chat.completion.chunk', model: 'm', choices: [], usage: answer('').usage },
  ];
  const streams = (content: string) =>
    async function* (_prompt: string) {
      yield* chunks(content);
    };
  const read = async (stream: unknown): Promise<unknown[]> => {
    const seen: unknown[] = [];
    for await (const chunk of stream as AsyncIterable<unknown>) seen.push(chunk);
    return seen;
  };

  it('reads the stream of a cheap stage to judge it, and then gives it from its beginning', async () => {
    const cascade = cascadeOf(streams('good'), streams('never'));
    expect(await read(await cascade.execute('x'))).toEqual(chunks('good'));
    expect(cascade.getStats().costSavingsUsd).toBeCloseTo(LARGE_USD - MINI_USD, 12);
  });

  it('gives a ReadableStream for a ReadableStream', async () => {
    const cascade = cascadeOf(() => ReadableStream.from(chunks('good')), streams('never'));
    const stream = await cascade.execute('x');
    expect(stream).toBeInstanceOf(ReadableStream);
    expect(await read(stream)).toEqual(chunks('good'));
  });

  it('gives the chunks as they are, also thenable ones', async () => {
    const chunk = Object.fromEntries([['then', () => {}]]);
    const source = [chunk][Symbol.iterator]();
    const stream = { [Symbol.asyncIterator]: () => ({ next: async () => source.next() }) };
    const cascade = new CascadePrimitive<string, unknown>(
      { mini: () => stream, large: says('never') },
      { accept: () => true },
    );
    const iterator = ((await cascade.execute('x')) as AsyncIterable<unknown>)[Symbol.asyncIterator]();
    const { value } = await iterator.next();
    expect(value === chunk).toBe(true);
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  it('ends a stream that begins again when its reader leaves it', async () => {
    const cascade = cascadeOf(streams('good'), streams('never'));
    const stream = (await cascade.execute('x')) as AsyncIterable<unknown>;
    for await (const _chunk of stream) break;
    expect(await read(stream)).toEqual([]);
  });

  it('hands the stream of the last stage on at once, and prices it when it has ended', async () => {
    const cascade = cascadeOf(streams('bad'), streams('better'));
    const stream = await cascade.execute('x');
    expect(cascade.getStats()).toMatchObject({ outcomes: { escalated: 1 }, costSavingsUsd: 0 });
    expect(await read(stream)).toEqual(chunks('better'));
    expect(cascade.getStats().costSavingsUsd).toBeCloseTo(-MINI_USD, 12);
    expect(cascade.getStats().costUsd).toBeCloseTo(MINI_USD + LARGE_USD, 12);
  });

  it('passes over a cheap stage whose stream breaks', async () => {
    const cascade = cascadeOf(async function* () {
      yield chunks('good')[0];
      throw new Error('cut');
    }, streams('better'));
    expect(await read(await cascade.execute('x'))).toEqual(chunks('better'));
  });

  it('counts a last stream that was left as unpriced, and what the cheap stage cost as lost', async () => {
    const cascade = cascadeOf(streams('bad'), streams('better'));
    for await (const _chunk of (await cascade.execute('x')) as AsyncIterable<unknown>) break;
    expect(cascade.getStats()).toMatchObject({ unpriced: 1, costSavingsUsd: expect.closeTo(-MINI_USD, 12) });
  });
});
