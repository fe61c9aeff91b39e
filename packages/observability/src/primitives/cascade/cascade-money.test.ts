import fc from 'fast-check';
import { WorkflowContext } from 'tta-dev-primitives';
import { recordingObserver } from 'tta-dev-primitives/testing';
import { describe, expect, it } from 'vitest';
import { agreement } from './agreement.ts';
import { CascadePrimitive } from './cascade-primitive.ts';
import { selfConsistency } from './self-consistency.ts';

/** An answer of a million tokens. */
const answer = (content: string, model?: string) => ({
  object: 'chat.completion',
  ...(model !== undefined && { model }),
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }],
  usage: { prompt_tokens: 1_000_000, completion_tokens: 0, total_tokens: 1_000_000 },
});

const price = (usd: number) => ({ inputPerMillionUsd: usd, outputPerMillionUsd: usd });
const isGood = ({ text }: { readonly text: string | undefined }) => text === 'good';
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the money of a cascade', () => {
  it('keeps what the cheap stages lost when the cost of the last one is not known', async () => {
    const cascade = new CascadePrimitive<string, unknown>(
      {
        mini: { step: () => answer('bad'), price: price(1) },
        large: { step: () => 'text without usage', price: price(9) },
      },
      { accept: isGood },
    );
    for (let index = 0; index < 60; index += 1) await cascade.execute('x');
    expect(cascade.getStats()).toMatchObject({ costSavingsUsd: -50, unpriced: 60, isEnabled: false });
  });

  it('is not switched off by its losses where its savings could not be priced', async () => {
    const cascade = new CascadePrimitive<number, unknown>(
      { mini: { step: (id) => answer(id % 2 === 0 ? 'good' : 'bad'), price: price(1) }, large: () => 'no usage' },
      { accept: isGood },
    );
    for (let id = 0; id < 200; id += 1) await cascade.execute(id);
    expect(cascade.getStats()).toMatchObject({ isEnabled: true, unpriced: 200, costSavingsUsd: -100 });
  });

  it('prices a spared last stage as the model that its last answer named', async () => {
    const cascade = new CascadePrimitive<string, unknown>(
      { mini: (text) => answer(text, 'gpt-4o-mini'), large: () => answer('good', 'gpt-4o') },
      { accept: isGood },
    );
    for (const text of ['good', 'bad', 'good']) await cascade.execute(text);
    const { unpriced, costSavingsUsd } = cascade.getStats();
    expect(unpriced).toBe(1);
    expect(costSavingsUsd).toBeCloseTo(2.5 - 2 * 0.15, 12);
  });

  it('keeps what the cheap stages lost when the last one fails', async () => {
    const cascade = new CascadePrimitive<string, unknown>(
      { mini: { step: () => answer('bad'), price: price(1) }, large: () => Promise.reject(new Error('down')) },
      { accept: isGood },
    );
    await expect(cascade.execute('x')).rejects.toThrow('down');
    expect(cascade.getStats()).toMatchObject({ costUsd: 1, costSavingsUsd: -1, unpriced: 0 });
  });

  it('takes what a stage costs after it was given up off the saving', async () => {
    using recording = recordingObserver();
    const late = Promise.withResolvers<unknown>();
    const members = {
      one: { step: () => Promise.reject(new Error('down')) },
      other: { step: () => late.promise, price: price(2) },
    };
    const cascade = new CascadePrimitive<string, unknown>({
      cheap: agreement<string, unknown>(members, ({ text }) => text),
      large: { step: () => answer('good'), price: price(9) },
    });
    await cascade.execute('x');
    expect(cascade.getStats().costSavingsUsd).toBe(0);
    late.resolve(answer('late'));
    await settled();
    expect(cascade.getStats()).toMatchObject({ costUsd: 11, costSavingsUsd: -2 });
    expect(recording.factsOf('cascade.savedUsd')).toEqual([0, -2]);
  });

  it('takes what a call costs whose caller has gone off the saving', async () => {
    const controller = new AbortController();
    const late = Promise.withResolvers<unknown>();
    const cascade = new CascadePrimitive<string, unknown>(
      { mini: { step: () => late.promise, price: price(1) }, large: { step: () => answer('good'), price: price(9) } },
      { accept: isGood },
    );
    const given = cascade.execute('x', new WorkflowContext({ signal: controller.signal }));
    await settled();
    controller.abort(new Error('enough'));
    await expect(given).rejects.toThrow('enough');
    late.resolve(answer('good'));
    await settled();
    expect(cascade.getStats()).toMatchObject({ total: 1, costUsd: 1, costSavingsUsd: -1, outcomes: { accepted: 0 } });
  });

  it('does not state tokens under the model of another call', async () => {
    using recording = recordingObserver();
    const cascade = new CascadePrimitive<string, unknown>(
      { mini: { step: () => answer('bad', 'm'), provider: 'p' }, large: () => answer('good') },
      { accept: isGood },
    );
    await cascade.execute('x');
    const calls = recording.executions.filter(({ kind }) => kind === 'model_call');
    const labels = calls.map(({ facts }) =>
      facts.filter(({ name }) => name === 'llm.model' || name === 'llm.provider').map(({ value }) => value),
    );
    expect(labels).toEqual([['p', 'm'], []]);
  });

  it('adds up over a thousand cascades at once', async () => {
    const cascade = new CascadePrimitive<number, unknown>(
      {
        mini: {
          step: async (id) => {
            await settled();
            if (id % 5 === 0) throw new Error('down');
            return answer(id % 3 === 0 ? 'good' : 'bad');
          },
          price: price(1),
        },
        large: {
          step: async (id) => {
            await settled();
            if (id % 7 === 0) throw new Error('down');
            return answer('good');
          },
          price: price(8),
        },
      },
      { accept: isGood, selfSwitch: false },
    );
    const ids = Array.from({ length: 1_000 }, (_, id) => id);
    const ended = await Promise.allSettled(ids.map((id) => cascade.execute(id)));
    const answers = ended.filter(({ status }) => status === 'fulfilled').length;
    const { total, outcomes, stages, costUsd, costSavingsUsd } = cascade.getStats();
    expect(total).toBe(1_000);
    expect(outcomes.accepted + outcomes.escalated).toBe(answers);
    expect(stages['mini']).toMatchObject({ asked: 1_000, answered: outcomes.accepted });
    expect(costUsd + costSavingsUsd).toBe(answers * 8);
  });

  it('adds up however stages end, in whatever order, and whenever their callers give up', async () => {
    const textOf = ({ text }: { readonly text: string | undefined }) => text;
    const request = fc.record({
      ends: fc.array(fc.constantFrom('good', 'bad', 'fails'), { minLength: 7, maxLength: 7 }),
      turns: fc.array(fc.nat(4), { minLength: 7, maxLength: 7 }),
      gone: fc.option(fc.nat(12)),
    });
    const mode = fc.constantFrom('together' as const, 'in_turn' as const);
    await fc.assert(
      fc.asyncProperty(fc.array(request, { maxLength: 20 }), mode, async (requests, mode) => {
        let paidUsd = 0;
        const member = (place: number, usd: number) => ({
          step: async ({ ends, turns }: (typeof requests)[number]) => {
            for (let turn = 0; turn < (turns[place] ?? 0); turn += 1) await settled();
            if (ends[place] === 'fails') throw Object.assign(new Error('down'), { status: 503 });
            paidUsd += usd;
            return answer(ends[place] ?? 'bad');
          },
          price: price(usd),
        });
        const cascade = new CascadePrimitive<(typeof requests)[number], unknown>(
          {
            single: member(0, 1),
            pair: agreement({ one: member(1, 2), other: member(2, 3) }, textOf, { mode }),
            many: selfConsistency(member(3, 4), textOf, { mode }),
            large: member(4, 50),
          },
          { accept: isGood, selfSwitch: false },
        );
        let answered = 0;
        await Promise.all(
          requests.map(async (input) => {
            const controller = new AbortController();
            const answering = cascade.execute(input, new WorkflowContext({ signal: controller.signal }));
            const counting = answering.then(
              () => (answered += 1),
              () => {},
            );
            if (input.gone !== null) {
              for (let turn = 0; turn < input.gone; turn += 1) await settled();
              controller.abort(new Error('enough'));
            }
            await counting;
          }),
        );
        for (let turn = 0; turn < 6; turn += 1) await settled();
        const { total, outcomes, costUsd, costSavingsUsd, stages } = cascade.getStats();
        expect(total).toBe(requests.length);
        expect(outcomes.accepted + outcomes.escalated).toBe(answered);
        expect(costUsd).toBe(paidUsd);
        expect(costSavingsUsd).toBe(outcomes.accepted * 50 - (costUsd - (stages['large']?.costUsd ?? 0)));
      }),
      { numRuns: 60 },
    );
  });
});
