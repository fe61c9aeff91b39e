import { inspect } from 'node:util';
import { WorkflowContext } from 'tta-dev-primitives';
import { describe, expect, it } from 'vitest';
import { secretKey } from './cache-key.ts';
import { type CacheRequest, type RequestKeyOptions, requestKey } from './request-reader.ts';

const REQUEST = {
  model: 'gpt-4o-mini',
  messages: [
    { role: 'system', content: 'Answer briefly.' },
    { role: 'user', content: 'What is a marker-8731?' },
  ],
  temperature: 0.2,
};

const GEMINI = { model: 'gemini-2.5-flash', contents: 'What is a marker-8731?' };

type Options = Partial<RequestKeyOptions<unknown>>;

const ACME = new WorkflowContext({ tenantId: 'acme' });

async function lookupOf(input: unknown, options: Options = {}, context = ACME): Promise<CacheRequest> {
  const request = await requestKey(input, context, { operation: 'chat', scope: 'tenant', ...options });
  if (typeof request === 'string') throw new Error(request);
  return request;
}

async function keyOf(input: unknown, options?: Options, context?: WorkflowContext): Promise<string> {
  return (await lookupOf(input, options, context)).key.text;
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
      'v1:chat:8D-9wV8h1Eunaq_MIb_eAm:SWPMMzLiA0Lo5ZijaIHyU9VN5t66B4wAwM8smVcZ_Rs',
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
    ['K17 an unknown parameter', REQUEST, { ...REQUEST, new_parameter: 1 }],
    ['K17 top_k', { ...REQUEST, top_k: 1 }, { ...REQUEST, top_k: 2 }],
    ['K28 the number of choices', { ...REQUEST, n: 1 }, { ...REQUEST, n: 2 }],
    ['a text and the same text in an object', 'a', { a: 'a' }],
    ['a number and its text', 1, '1'],
    [
      'K17 a parameter of the client that is no transport',
      GEMINI,
      { ...GEMINI, config: { httpOptions: { extraBody: {} } } },
    ],
    [
      'K18 the version of a prompt template within the request',
      { ...REQUEST, prompt_version: 1 },
      { ...REQUEST, prompt_version: 2 },
    ],
    ...[
      { model: 'gpt-5-mini', input: 'Rome?' },
      { model: 'gemini-3.1-pro-preview', input: 'Rome?' },
      { method: 'generate', prompt: [{ role: 'user', content: 'Rome?' }], providerOptions: { openai: {} } },
    ].map((request): [string, object, object] => [
      'K24 an answer that can be continued from one that was not kept',
      request,
      'providerOptions' in request
        ? { ...request, providerOptions: { openai: { store: false } } }
        : { ...request, store: false },
    ]),
    ['the user of a record that is no model request', { user: 'ann', ask: 'balance' }, { user: 'bob', ask: 'balance' }],
  ])('tells apart %s', async (_, left, right) => {
    expect(await keyOf(left)).not.toBe(await keyOf(right));
  });

  it.each<[string, object]>([
    ['K21 stream: false', { stream: false }],
    ['K21 stream: true', { stream: true }],
    ['K21 the usage of a stream', { stream: true, stream_options: { include_usage: true } }],
    ['K23 the end user', { user: 'ann', safety_identifier: 'h1' }],
    ['K24 metadata', { metadata: { trace: '1' } }],
    ['K24 store: false', { store: false }],
    ['K24 the abort signal', { signal: new AbortController().signal }],
    [
      'K24 headers, request ids and timeouts',
      { headers: { traceparent: 'b' }, request_id: 'r', timeout: 3, maxRetries: 2 },
    ],
    ['K24 the prompt cache and the service tier', { prompt_cache_key: 'p', service_tier: 'flex' }],
    ['K22 the API key', { apiKey: 'secret', api_key: 'secret' }],
    ['K04 what is undefined', { seed: undefined }],
  ])('does not depend on %s', async (_, extra) => {
    expect(await keyOf({ ...REQUEST, ...extra })).toBe(await keyOf(REQUEST));
    expect(await keyOf({ ...extra, ...REQUEST })).toBe(await keyOf(REQUEST));
  });

  it.each<[string, object]>([
    ['an abort signal', { abortSignal: new AbortController().signal }],
    ['labels', { labels: { team: 'a' } }],
    ['the tier and the log', { serviceTier: 'flex', store: true }],
    ['headers, a timeout, retries and a fetch', { httpOptions: { headers: {}, timeout: 1, retryOptions: {}, fetch } }],
  ])('K24 of Gemini does not depend on %s in its config', async (_, config) => {
    expect(await keyOf({ ...GEMINI, config })).toBe(await keyOf(GEMINI));
    expect(await keyOf({ ...GEMINI, config: { seed: 1, ...config } })).toBe(
      await keyOf({ ...GEMINI, config: { seed: 1 } }),
    );
  });

  it('K24 of the AI SDK does not depend on how a call is carried', async () => {
    const call = { prompt: [{ role: 'user', content: [{ type: 'text', text: 'a' }] }], maxOutputTokens: 10 };
    const carried = { ...call, abortSignal: new AbortController().signal, headers: { traceparent: 'b' } };
    expect(await keyOf(carried)).toBe(await keyOf(call));
    expect(await keyOf({ ...call, maxOutputTokens: 11 })).not.toBe(await keyOf(call));
  });

  it.each<[string, unknown, Options, string]>([
    ['a whole answer', REQUEST, {}, 'whole'],
    ['a stream', { ...REQUEST, stream: true }, {}, 'stream'],
    [
      'a stream and its usage',
      { ...REQUEST, stream: true, stream_options: { include_usage: true } },
      {},
      'stream_with_usage',
    ],
    ['nothing of the kind', GEMINI, {}, 'unknown'],
    ['nothing, but the cache does', GEMINI, { form: 'stream' }, 'stream'],
    ['nothing, but the cache knows by the request', GEMINI, { form: () => 'whole' }, 'whole'],
    ['whole, but the step streams', REQUEST, { form: 'stream' }, 'stream'],
    ['stream, but the step gathers it', { ...REQUEST, stream: true }, { form: 'whole' }, 'whole'],
    ['nothing, in a record', { ask: 'a', stream: true }, {}, 'unknown'],
  ])('K21 goes with the form, where the request says %s', async (_, input, options, form) => {
    expect((await lookupOf(input, options)).form).toBe(form);
  });

  it('K14 depends on the operation', async () => {
    expect(await keyOf(REQUEST, { operation: 'responses' })).not.toBe(await keyOf(REQUEST));
  });

  it('K15 K18 depends on what varies, as a value or as a function', async () => {
    const [ours, theirs] = [{ baseUrl: 'https://a' }, { baseUrl: 'https://b' }];
    expect(await keyOf(REQUEST, { vary: ours })).not.toBe(await keyOf(REQUEST, { vary: theirs }));
    expect(await keyOf(REQUEST, { vary: () => ours })).toBe(await keyOf(REQUEST, { vary: ours }));
  });

  it('K13 begins with the version of the schema', async () => {
    expect(await keyOf(REQUEST)).toMatch(/^v1:/);
  });

  it('K15 depends on the provider', async () => {
    const keys = await Promise.all([undefined, 'openai', 'azure'].map((provider) => keyOf(REQUEST, { provider })));
    expect(new Set(keys).size).toBe(3);
  });

  it('K16 depends on the model behind an alias, and not on the alias', async () => {
    const small: Options = { model: 'gpt-4o-mini-2024-07-18' };
    const large: Options = { model: () => 'gpt-4o-2024-08-06' };
    expect(await keyOf(REQUEST, small)).not.toBe(await keyOf(REQUEST, large));
    expect(await keyOf({ ...REQUEST, model: 'fast' }, small)).toBe(await keyOf({ ...REQUEST, model: 'cheap' }, small));
    expect((await lookupOf({ ...REQUEST, model: 'fast' }, large)).model).toBe('gpt-4o-2024-08-06');
    const key = (): string => 'own';
    expect(await keyOf('a', { ...small, key })).not.toBe(await keyOf('a', { ...large, key }));
    expect(await keyOf('a', small)).not.toBe(await keyOf('a', large));
  });

  it('K11 depends on the content of files and bytes within a message', async () => {
    const asking = (image: unknown): object => ({
      ...REQUEST,
      messages: [{ role: 'user', content: [{ type: 'image', image }] }],
    });
    const file = (byte: number): Blob => new Blob([new Uint8Array([1, byte])], { type: 'image/png' });
    expect(await keyOf(asking(file(2)))).toBe(await keyOf(asking(file(2))));
    expect(await keyOf(asking(file(2)))).not.toBe(await keyOf(asking(file(3))));
    expect(await keyOf(asking(new Uint8Array([1])))).not.toBe(await keyOf(asking(new Uint8Array([2]))));
    expect(await keyOf(asking(new URL('https://a/b')))).not.toBe(await keyOf(asking(new URL('https://a/c'))));
  });

  it('K02 depends on properties under registered symbols, wherever they are in a request', async () => {
    const own = { [Symbol.for('own')]: 1 };
    const messages = [{ role: 'user', content: 'x' }];
    const inputs = [
      { model: 'm', messages },
      { model: 'm', messages, ...own },
      { model: 'm', messages: [{ ...messages[0], ...own }] },
      { model: 'm', messages, stream_options: own },
      { model: 'm', contents: [] },
      { model: 'm', contents: [], config: { httpOptions: own } },
    ];
    const keys = await Promise.all(inputs.map((input) => keyOf(input)));
    expect(keys[3]).toBe(keys[0]); // stream_options have no effect as a whole
    expect(new Set(keys).size).toBe(inputs.length - 1);
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

describe('a secret', () => {
  const secret = secretKey('0123456789abcdef');

  it('makes keys that cannot be guessed from a request and a tenant', async () => {
    const [plain, hidden] = [await lookupOf(REQUEST), await lookupOf(REQUEST, { secret })];
    expect(hidden.key.text).toMatch(/^v1:chat:[\w-]{22}:[\w-]{43}$/);
    expect(hidden.key.digest).not.toBe(plain.key.digest);
    expect(hidden.key.scopeHash).not.toBe(plain.key.scopeHash);
  });

  it('gives the same keys in every process that has it, and others to those with another', async () => {
    const again = secretKey(new TextEncoder().encode('0123456789abcdef'));
    expect(await keyOf(REQUEST, { secret })).toBe(await keyOf(REQUEST, { secret: again }));
    expect(await keyOf(REQUEST, { secret })).not.toBe(await keyOf(REQUEST, { secret: secretKey('0123456789abcdeF') }));
  });

  it('is shown by no log', () => {
    expect(inspect(secret, { showHidden: true, depth: 9 })).not.toContain('0123456789abcdef');
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

  it.each<[string, (key: string) => object]>([
    ['apiKey', (apiKey) => ({ apiKey })],
    ['api_key', (api_key) => ({ api_key })],
    ['a header', (key) => ({ headers: { Authorization: `Bearer ${key}` } })],
    ['a header of an object of headers', (key) => ({ headers: new Headers({ 'x-api-key': key }) })],
  ])('K19 K22 is the HMAC of the API key, in %s, where there is no tenant', async (_, carrying) => {
    const key = (own: string, tenantId?: string): Promise<string> =>
      keyOf({ ...REQUEST, ...carrying(own) }, {}, tenantId === undefined ? as({}) : as({ tenantId }));
    expect(await key('sk-ann')).not.toBe(await key('sk-bob'));
    expect(await key('sk-ann')).not.toBe(await keyOf(REQUEST, {}, as({})));
    expect(await key('sk-ann')).not.toContain('sk-ann');
    expect(await key('sk-ann', 'a')).toBe(await key('sk-bob', 'a'));
  });

  it('K19 K22 is the HMAC of the API key for Gemini too', async () => {
    const key = (own: string): Promise<string> =>
      keyOf({ ...GEMINI, config: { httpOptions: { headers: { 'x-goog-api-key': own } } } }, {}, as({}));
    expect(await key('ann')).not.toBe(await key('bob'));
  });

  it('separates users of the same name in different tenants', async () => {
    const keys = ['a', 'b'].map((tenantId) => keyOf(REQUEST, { scope: 'user' }, as({ tenantId, userId: 'ann' })));
    expect(await keys[0]).not.toBe(await keys[1]);
  });

  it('K23 keeps the end user in the key when the scope is the user', async () => {
    const ofUser = (user: string): Promise<string> => keyOf({ ...REQUEST, user }, { scope: 'user' });
    expect(await ofUser('ann')).not.toBe(await ofUser('bob'));
  });

  it('K23 keeps the user of an Anthropic request in the key when the scope is the user', async () => {
    const ofUser = (user_id: string, options: Options = {}): Promise<string> =>
      keyOf({ ...REQUEST, metadata: { user_id } }, options);
    expect(await ofUser('ann', { scope: 'user' })).not.toBe(await ofUser('bob', { scope: 'user' }));
    expect(await ofUser('ann')).toBe(await ofUser('bob'));
  });

  it('shares among all callers with scope: shared', async () => {
    const keys = ['a', 'b'].map((tenantId) => keyOf(REQUEST, { scope: 'shared' }, as({ tenantId })));
    expect(await keys[0]).toBe(await keys[1]);
  });

  it('follows a function, which can imitate no tenant', async () => {
    const scope = (context: WorkflowContext): string => context.sessionId ?? 'acme';
    expect(await keyOf(REQUEST, { scope })).not.toBe(await keyOf(REQUEST));
  });
});

describe('a request that is not looked up', () => {
  const reasonOf = async (input: unknown, options: Options = {}): Promise<unknown> =>
    requestKey(input, new WorkflowContext(), {
      operation: 'chat',
      scope: 'tenant',
      ...options,
    });

  it.each([
    ['unserializable', { ...REQUEST, seed: Number.NaN }],
    ['unserializable', { ...REQUEST, seed: 1n }],
    ['server_state', { ...REQUEST, store: true }],
    ['server_state', { ...REQUEST, background: true }],
    ['server_state', { model: 'm', input: 'a', previous_response_id: 'r' }],
    ['server_state', { model: 'm', input: 'a', conversation: 'c' }],
    ['server_state', { ...REQUEST, container: 'c' }],
    ['server_state', { ...REQUEST, thread: { type: 'create' } }],
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
    ['model that gives no text', { model: (() => undefined) as never }],
    ['model that gives a promise', { model: (async () => Promise.reject(new Error('late'))) as never }],
  ])('says policy when the function for %s fails', async (_, options) => {
    expect(await reasonOf(REQUEST, options)).toBe('policy');
  });

  it.each([undefined, null])(
    'says no_key when the key of the user is %s, which every request would have',
    async (none) => {
      expect(await reasonOf(REQUEST, { key: () => none })).toBe('no_key');
    },
  );

  it('says no_user when every user is to have answers of their own and nobody says who it is', async () => {
    expect(await reasonOf(REQUEST, { scope: 'user' })).toBe('no_user');
    expect(await reasonOf({ question: 'q', user: 'ann' }, { scope: 'user' })).toBe('no_user'); // in no API that is known
    const ann = new WorkflowContext({ userId: 'ann' });
    expect(await keyOf({ question: 'q' }, { scope: 'user' }, ann)).toMatch(/^v1:/);
  });
});
