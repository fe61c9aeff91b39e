import fc from 'fast-check';
import { WorkflowContext } from 'tta-dev-primitives';
import { describe, expect, it } from 'vitest';
import { meaningOf, mutations, pairOf, type Request, requests, rewritten } from './__fixtures__/mutations.ts';
import { betaMessageParameters, messageParameters } from './__fixtures__/parameters/anthropic.ts';
import { geminiConfig, geminiHttpOptions, geminiParameters } from './__fixtures__/parameters/gemini.ts';
import { chatParameters, embeddingParameters, responsesParameters } from './__fixtures__/parameters/openai.ts';
import type { AnyParameters, Parameter } from './__fixtures__/parameters/parameter.ts';
import { type RequestKeyOptions, requestKey } from './request-reader.ts';

/** An API, and where in a request the parameters of its table stand. */
interface Api {
  readonly title: string;
  readonly parameters: AnyParameters;
  readonly place: (parameters: Request) => unknown;
}

const TOP = (request: Request): unknown => request;
const GEMINI = { model: 'gemini-2.5-flash', contents: 'What is a café?' };

const apis: readonly Api[] = [
  { title: 'OpenAI chat completions', parameters: chatParameters as AnyParameters, place: TOP },
  { title: 'OpenAI responses', parameters: responsesParameters as AnyParameters, place: TOP },
  { title: 'OpenAI embeddings', parameters: embeddingParameters as AnyParameters, place: TOP },
  { title: 'Anthropic messages', parameters: messageParameters as AnyParameters, place: TOP },
  { title: 'Anthropic beta messages', parameters: betaMessageParameters as AnyParameters, place: TOP },
  { title: 'Gemini', parameters: geminiParameters as AnyParameters, place: TOP },
  { title: 'Gemini config', parameters: geminiConfig as AnyParameters, place: (config) => ({ ...GEMINI, config }) },
  {
    title: 'Gemini HTTP options',
    parameters: geminiHttpOptions as AnyParameters,
    place: (httpOptions) => ({ ...GEMINI, config: { seed: 1, httpOptions } }),
  },
];

const IDENTITY: RequestKeyOptions<unknown> = { operation: 'chat', scope: 'tenant' };

const ACME = new WorkflowContext({ tenantId: 'acme' });

async function keyOf(input: unknown, options = IDENTITY, context = ACME): Promise<string> {
  const request = await requestKey(input, context, options);
  if (typeof request === 'string') throw new Error(`not looked up: ${request}`);
  return request.key.text;
}

const RUNS = 400;

/** Counted over all APIs, so that the suite cannot shrink unseen. */
const counted = { pairs: 0, falseHits: 0, rewritings: 0, falseMisses: 0 };

describe.each(apis)('K29 a key of $title', ({ parameters, place }) => {
  const base = Object.fromEntries(
    Object.entries(parameters)
      .filter(([, { isRequired }]) => isRequired)
      .map(([name, { values }]) => [name, values[0]]),
  );
  const withParameter = (name: string, value: unknown): unknown => place({ ...base, [name]: value });
  const having = (effect: Parameter['effect']): [string, Parameter][] =>
    Object.entries(parameters).filter(([, parameter]) => parameter.effect === effect);

  it.each(having('key'))('K17 depends on %s', async (name, { values }) => {
    const keys = await Promise.all([...values, 'another value'].map((value) => keyOf(withParameter(name, value))));
    expect(new Set(keys).size).toBe(keys.length);
    if (!(name in base)) expect(keys).not.toContain(await keyOf(place(base)));
  });

  it('K21 K24 depends on nothing without effect', async () => {
    const key = await keyOf(place(base));
    for (const [name, { values }] of having('none')) {
      for (const value of values) expect([name, await keyOf(withParameter(name, value))]).toEqual([name, key]);
    }
  });

  it('K23 depends on the person only where every user has answers of their own', async () => {
    const perUser = { ...IDENTITY, scope: 'user' } as const;
    for (const [name, { values }] of having('person')) {
      const [ann, bob] = values.map((value) => withParameter(name, value));
      expect([name, await keyOf(ann)]).toEqual([name, await keyOf(bob)]);
      expect([name, await keyOf(ann, perUser)]).not.toEqual([name, await keyOf(bob, perUser)]);
    }
  });

  it('N09 is not made where the provider would keep something', async () => {
    for (const [name, { values }] of having('server state')) {
      for (const value of values) {
        expect([name, await requestKey(withParameter(name, value), ACME, IDENTITY)]).toEqual([name, 'server_state']);
      }
    }
  });

  it('is never the same for two requests that mean something different', async () => {
    await fc.assert(
      fc.asyncProperty(requests(parameters), mutations, async (request, mutation) => {
        const [left, right] = pairOf(request, parameters, mutation);
        const areAlike = meaningOf(left, parameters) === meaningOf(right, parameters);
        const [leftKey, rightKey] = [await keyOf(place(left)), await keyOf(place(right))];
        if (areAlike) {
          expect(leftKey).toBe(rightKey);
          return;
        }
        counted.pairs += 1;
        if (leftKey === rightKey) counted.falseHits += 1;
        expect(leftKey).not.toBe(rightKey);
        expect(await keyOf(place(left), IDENTITY, new WorkflowContext({ tenantId: 'other' }))).not.toBe(leftKey);
      }),
      { numRuns: RUNS, seed: 29 },
    );
  });

  it('K03 K04 is the same however a request is written', async () => {
    await fc.assert(
      fc.asyncProperty(requests(parameters), fc.nat(), async (request, seed) => {
        counted.rewritings += 1;
        const same = (await keyOf(place(rewritten(request, parameters, seed)))) === (await keyOf(place(request)));
        if (!same) counted.falseMisses += 1;
        expect(same).toBe(true);
      }),
      { numRuns: RUNS, seed: 3 },
    );
  });
});

describe('K29 T11 the adversarial suite', () => {
  it('K19 K14 never mixes tenants, users, operations, models, providers or APIs', async () => {
    const contexts = ['a', 'b', undefined].flatMap((tenantId) =>
      ['ann', 'bob', undefined].map((userId) => new WorkflowContext({ tenantId, userId } as never)),
    );
    const identities = ['chat', 'responses'].flatMap((operation) =>
      [undefined, 'resolved-a', 'resolved-b'].flatMap((model) =>
        [undefined, 'openai', 'azure'].map((provider) => ({ operation, model, provider })),
      ),
    );
    const inputs = apis.map(({ parameters, place }) =>
      place(
        Object.fromEntries(
          Object.entries(parameters)
            .filter(([, { effect }]) => effect === 'key')
            .map(([name, { values }]) => [name, values[0]]),
        ),
      ),
    );
    const keys = new Set<string>();
    let made = 0;
    for (const context of contexts) {
      const scope = context.userId === undefined ? 'tenant' : 'user';
      for (const identity of identities) {
        for (const input of inputs) {
          const request = await requestKey(input, context, { ...identity, scope });
          keys.add(typeof request === 'string' ? request : request.key.text);
          made += 1;
        }
      }
    }
    expect(keys.size).toBe(made);
    counted.pairs += made;
  });

  it('has compared at least 2,000 pairs, with no false hit and no false miss', () => {
    expect(counted).toMatchObject({ falseHits: 0, falseMisses: 0 });
    expect(counted.pairs).toBeGreaterThanOrEqual(2_000);
    expect(counted.rewritings).toBeGreaterThanOrEqual(2_000);
  });
});
