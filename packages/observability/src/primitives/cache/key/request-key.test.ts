import { WorkflowContext } from 'tta-dev-primitives';
import { describe, expect, it } from 'vitest';
import { type RequestKeyOptions, requestKey } from './request-key.ts';

const REQUEST = {
  model: 'gpt-4o-mini',
  messages: [
    { role: 'system', content: 'Answer briefly.' },
    { role: 'user', content: 'What is a marker-8731?' },
  ],
  temperature: 0.2,
};

type Options = Partial<RequestKeyOptions<unknown>>;

async function keyOf(
  input: unknown,
  options: Options = {},
  context = new WorkflowContext({ tenantId: 'acme' }),
): Promise<string> {
  const request = await requestKey(input, context, {
    operation: 'chat',
    scope: 'tenant',
    key: undefined,
    vary: undefined,
    ...options,
  });
  if (typeof request === 'string') throw new Error(request);
  return request.key.text;
}

describe('the key of a request', () => {
  it('K01 is a version, a namespace, a scope and a digest', async () => {
    expect(await keyOf(REQUEST)).toMatch(/^v1:chat:[\w-]{22}:[\w-]{43}$/);
  });

  it('K01 keeps its shape whatever the operation is called', async () => {
    expect(await keyOf(REQUEST, { operation: 'ask: the oracle' })).toMatch(/^v1:[\w-]{22}:[\w-]{22}:[\w-]{43}$/);
  });

  it('K12 is the same in every process', async () => {
    expect(await keyOf({ model: 'm', messages: [] })).toBe(
      'v1:chat:8D-9wV8h1Eunaq_MIb_eAm:5A7qXwEn47Dl0MVuOO5rdCcdVv9ADYYXv46W9-UTZ8Q',
    );
  });

  it.each<[string, unknown, unknown]>([
    ['K02 the split between name and value', { a: 'bc' }, { ab: 'c' }],
    ['K02 the split between messages', { messages: ['ab', 'c'] }, { messages: ['a', 'bc'] }],
    ['K05 null and absence', { ...REQUEST, seed: null }, REQUEST],
    ['K06 the order of messages', REQUEST, { ...REQUEST, messages: REQUEST.messages.toReversed() }],
    ['K09 the normal forms of Unicode', 'caf\u00e9', 'cafe\u0301'],
    ['K10 a space and an underscore', 'a b', 'a_b'],
    ['K10 a space and a line break', 'a b', 'a\nb'],
    ['K10 white space at the end', 'a', 'a '],
    ['K10 prompts that share 10 000 characters', `${'x'.repeat(10_000)}a`, `${'x'.repeat(10_000)}b`],
    ['K16 the model', REQUEST, { ...REQUEST, model: 'gpt-4o' }],
    ['K17 a parameter nobody has heard of', REQUEST, { ...REQUEST, new_parameter: 1 }],
    ['K17 top_k', { ...REQUEST, top_k: 1 }, { ...REQUEST, top_k: 2 }],
    ['K28 the number of choices', { ...REQUEST, n: 1 }, { ...REQUEST, n: 2 }],
    ['a text and the same text in an object', 'a', { a: 'a' }],
    ['a number and its text', 1, '1'],
    ['a whole answer and a stream', REQUEST, { ...REQUEST, stream: true }],
    [
      'a stream with and without its usage',
      { ...REQUEST, stream: true },
      { ...REQUEST, stream: true, stream_options: { include_usage: true } },
    ],
    ['the user of a record that is no model request', { user: 'ann', ask: 'balance' }, { user: 'bob', ask: 'balance' }],
  ])('tells apart %s', async (_, left, right) => {
    expect(await keyOf(left)).not.toBe(await keyOf(right));
  });

  it.each<[string, object]>([
    ['K21 stream: false', { stream: false }],
    ['K23 the end user', { user: 'ann', safety_identifier: 'h1' }],
    ['K24 metadata', { metadata: { trace: '1' } }],
    ['K24 store: false', { store: false }],
    ['K24 the abort signal', { signal: new AbortController().signal }],
    ['K24 headers, request ids and timeouts', { headers: { a: 'b' }, request_id: 'r', timeout: 3, maxRetries: 2 }],
    ['K24 the prompt cache and the service tier', { prompt_cache_key: 'p', service_tier: 'flex' }],
    ['K22 the API key', { apiKey: 'secret', api_key: 'secret' }],
    ['K04 what is undefined', { seed: undefined }],
  ])('does not depend on %s', async (_, extra) => {
    expect(await keyOf({ ...REQUEST, ...extra })).toBe(await keyOf(REQUEST));
    expect(await keyOf({ ...extra, ...REQUEST })).toBe(await keyOf(REQUEST));
  });

  it('K14 depends on the operation', async () => {
    expect(await keyOf(REQUEST, { operation: 'responses' })).not.toBe(await keyOf(REQUEST));
  });

  it('K15 K18 depends on what varies, as a value or as a function', async () => {
    const [ours, theirs] = [{ baseUrl: 'https://a' }, { baseUrl: 'https://b' }];
    expect(await keyOf(REQUEST, { vary: ours })).not.toBe(await keyOf(REQUEST, { vary: theirs }));
    expect(await keyOf(REQUEST, { vary: () => ours })).toBe(await keyOf(REQUEST, { vary: ours }));
  });

  it('hashes what the key option gives, and nothing else', async () => {
    const key = (input: unknown): unknown => (input as typeof REQUEST).messages;
    expect(await keyOf(REQUEST, { key })).toBe(await keyOf({ ...REQUEST, temperature: 1 }, { key }));
  });

  it('K25 contains nothing of the prompt', async () => {
    expect(await keyOf(REQUEST, { operation: 'chat' })).not.toContain('marker-8731');
    expect(await keyOf('marker-8731', { operation: 'marker-8731 is what?' })).not.toContain('marker-8731');
  });
});

describe('the scope of a key', () => {
  const as = (init: { tenantId?: string; userId?: string }): WorkflowContext => new WorkflowContext(init);

  it('K19 separates tenants', async () => {
    expect(await keyOf(REQUEST, {}, as({ tenantId: 'a' }))).not.toBe(await keyOf(REQUEST, {}, as({ tenantId: 'b' })));
  });

  it.each(['', 'no tenant', 'undefined', 'shared', 'null'])(
    'K19 separates no tenant from the tenant %j',
    async (tenantId) => {
      expect(await keyOf(REQUEST, {}, as({}))).not.toBe(await keyOf(REQUEST, {}, as({ tenantId })));
      expect(await keyOf(REQUEST, { scope: 'shared' })).not.toBe(await keyOf(REQUEST, {}, as({ tenantId })));
    },
  );

  it('K19 shares among users of a tenant, unless the scope is the user', async () => {
    const [ann, bob] = [as({ tenantId: 'a', userId: 'ann' }), as({ tenantId: 'a', userId: 'bob' })];
    expect(await keyOf(REQUEST, {}, ann)).toBe(await keyOf(REQUEST, {}, bob));
    expect(await keyOf(REQUEST, { scope: 'user' }, ann)).not.toBe(await keyOf(REQUEST, { scope: 'user' }, bob));
  });

  it('separates users of the same name in different tenants', async () => {
    const keys = ['a', 'b'].map((tenantId) => keyOf(REQUEST, { scope: 'user' }, as({ tenantId, userId: 'ann' })));
    expect(await keys[0]).not.toBe(await keys[1]);
  });

  it('K23 keeps the end user in the key when the scope is the user', async () => {
    const ofUser = (user: string): Promise<string> => keyOf({ ...REQUEST, user }, { scope: 'user' });
    expect(await ofUser('ann')).not.toBe(await ofUser('bob'));
  });

  it('shares among everybody when told to', async () => {
    const keys = ['a', 'b'].map((tenantId) => keyOf(REQUEST, { scope: 'shared' }, as({ tenantId })));
    expect(await keys[0]).toBe(await keys[1]);
  });

  it('follows a function, which can imitate no tenant', async () => {
    const scope = (context: WorkflowContext): string => context.sessionId ?? 'acme';
    expect(await keyOf(REQUEST, { scope })).not.toBe(await keyOf(REQUEST));
  });
});

describe('a request that is not looked up', () => {
  const reasonOf = (input: unknown, options: Options = {}): Promise<unknown> =>
    requestKey(input, new WorkflowContext(), {
      operation: 'chat',
      scope: 'tenant',
      key: undefined,
      vary: undefined,
      ...options,
    });

  it.each([
    ['unserializable', { ...REQUEST, seed: Number.NaN }],
    ['unserializable', { ...REQUEST, seed: 1n }],
    ['server_state', { ...REQUEST, store: true }],
    ['server_state', { ...REQUEST, background: true }],
    ['server_state', { model: 'm', input: 'a', previous_response_id: 'r' }],
    ['server_state', { model: 'm', input: 'a', conversation: 'c' }],
  ])('N09 K08 says %s', async (reason, input) => {
    expect(await reasonOf(input)).toBe(reason);
  });

  it('does not take a missing conversation for one', async () => {
    expect(await reasonOf({ model: 'm', input: 'a', conversation: null, previous_response_id: null })).toHaveProperty(
      'key',
    );
  });

  it.each<[string, Options]>([
    [
      'key',
      {
        key: () => {
          throw new Error('broken');
        },
      },
    ],
    [
      'scope',
      {
        scope: () => {
          throw new Error('broken');
        },
      },
    ],
    ['scope that gives no text', { scope: (() => undefined) as never }],
  ])('says policy when the function for %s fails', async (_, options) => {
    expect(await reasonOf(REQUEST, options)).toBe('policy');
  });
});
