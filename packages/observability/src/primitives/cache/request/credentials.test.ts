import fc from 'fast-check';
import { WorkflowContext } from 'tta-dev-primitives';
import { describe, expect, it } from 'vitest';
import { requestKey } from './request-reader.ts';

const NAMES = [
  ...['Authorization', 'x-api-key', 'api-key', 'x-goog-api-key', 'Ocp-Apim-Subscription-Key', 'cookie'],
  ...['x-portkey-api-key', 'cf-aig-authorization', 'openai-organization', 'OpenAI-Project', 'x-made-up'],
];

type Carry = (name: string, credential: string) => unknown;

const pairs: Carry = (name, credential) => [
  ['accept', '*/*'],
  [name, credential],
];

/** Carriers of headers that can be read, so that requests with equal credentials share. */
const READABLE: Readonly<Record<string, Carry>> = {
  record: (name, credential) => ({ accept: '*/*', [name]: credential }),
  'record without a prototype': (name, credential) => Object.assign(Object.create(null), { [name]: credential }),
  'record of lists': (name, credential) => ({ [name]: [credential] }),
  pairs,
  map: (name, credential) => new Map([[name, credential]]),
  headers: (name, credential) => new Headers({ [name]: credential }),
  'two equal': (name, credential) => [['authorization', 'Bearer both'], ...(pairs(name, credential) as [])],
};

const UNREADABLE: Readonly<Record<string, Carry>> = {
  iterable: (name, credential) => ({
    *[Symbol.iterator]() {
      yield [name, credential];
    },
  }),
  generator: (name, credential) =>
    (function* () {
      yield [name, credential];
    })(),
  set: (name, credential) => new Set([[name, credential]]),
  function: (name, credential) => () => ({ [name]: credential }),
  promise: (name, credential) => Promise.resolve({ [name]: credential }),
  'promise in a record': (name, credential) => ({ [name]: Promise.resolve(credential) }),
  'function in a record': (name, credential) => ({ [name]: () => credential }),
  'object in a record': (name, credential) => ({ [name]: { credential } }),
  getter: (name, credential) => Object.defineProperty({}, name, { get: () => credential, enumerable: true }),
  hidden: (name, credential) => Object.defineProperty({}, name, { value: credential }),
  symbol: (_name, credential) => ({ [Symbol('values')]: credential }),
  inherited: (name, credential) => Object.create({ [name]: credential }),
  'inherited without a prototype': (name, credential) =>
    Object.create(Object.assign(Object.create(null), { [name]: credential })),
  instance: (_name, credential) =>
    new (class Carrier {
      readonly value = credential;
    })(),
  text: (name, credential) => `${name}: ${credential}`,
  'flat list': (name, credential) => [name, credential],
};

/** Keys in fields of their own. */
const FIELDS: Readonly<Record<string, (credential: string) => object>> = {
  apiKey: (apiKey) => ({ apiKey }),
  api_key: (api_key) => ({ api_key }),
  'apiKey beside another': (api_key) => ({ apiKey: 'both', api_key }),
  'apiKey that is a function': (key) => ({ apiKey: () => key }),
  'apiKey that is a promise': (key) => ({ apiKey: Promise.resolve(key) }),
  'apiKey that is an object': (key) => ({ apiKey: { key } }),
  'apiKey of a getter': (key) => Object.defineProperty({}, 'apiKey', { get: () => key, enumerable: true }),
  'headers of a getter': (key) =>
    Object.defineProperty({}, 'headers', { get: () => ({ authorization: key }), enumerable: true }),
};

const chat = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi' }] };
const gemini = { model: 'gemini-2.5-flash', contents: 'Hi' };

/** Requests as they carry their headers. Descriptors are copied, because spreading would call a getter. */
const REQUESTS: readonly ((carried: object) => object)[] = [
  (carried) => Object.defineProperties({ ...chat }, Object.getOwnPropertyDescriptors(carried)),
  (carried) => Object.defineProperties({ ...gemini }, Object.getOwnPropertyDescriptors(carried)),
  (carried) => ('headers' in carried ? { ...gemini, config: { httpOptions: carried } } : { ...gemini, ...carried }),
  (carried) => Object.defineProperties({ inputs: 'Hi' }, Object.getOwnPropertyDescriptors(carried)),
];

const context = new WorkflowContext();

async function keyOf(request: object, own?: 'key'): Promise<string | undefined> {
  const key = own && (() => 'the same');
  const read = await requestKey(request, context, { operation: 'chat', scope: 'tenant', key });
  return typeof read === 'string' ? undefined : read.key.text;
}

const headersOf = (carriers: Readonly<Record<string, Carry>>) =>
  fc
    .tuple(fc.constantFrom(...Object.values(carriers)), fc.constantFrom(...NAMES))
    .map(([carry, name]) => (credential: string): object => ({ headers: carry(name, credential) }));

const readable = headersOf(READABLE);
const carriage = fc.oneof(readable, headersOf(UNREADABLE), fc.constantFrom(...Object.values(FIELDS)));
const credentials = fc.stringMatching(/^[\w.-]{1,40}$/);
const request = fc.constantFrom(...REQUESTS);

describe('two requests that differ only in a credential', () => {
  it('never share an answer without a tenant, however the credential is carried', async () => {
    let pairsSeen = 0;
    let read = 0;
    await fc.assert(
      fc.asyncProperty(
        carriage,
        request,
        credentials,
        credentials,
        fc.constantFrom('key', undefined),
        async (carry, made, one, other, own) => {
          fc.pre(one !== other);
          const [first, second] = [await keyOf(made(carry(one)), own), await keyOf(made(carry(other)), own)];
          pairsSeen += 1;
          if (first !== undefined) read += 1;
          if (first !== undefined || second !== undefined) expect(first).not.toBe(second);
        },
      ),
      { numRuns: 6_000, seed: 11 },
    );
    expect(pairsSeen).toBeGreaterThanOrEqual(5_000);
    expect(read).toBeGreaterThanOrEqual(1_500);
  });

  it('share it if the credentials are equal and can be read', async () => {
    await fc.assert(
      fc.asyncProperty(readable, request, credentials, async (carry, made, credential) => {
        const key = await keyOf(made(carry(credential)));
        expect(key).toBeDefined();
        expect(await keyOf(made(carry(credential)))).toBe(key);
      }),
      { numRuns: 1_000, seed: 11 },
    );
  });
});

describe('a header', () => {
  const acme = new WorkflowContext({ tenantId: 'acme' });
  const keyWith = async (headers: unknown): Promise<unknown> => {
    const read = await requestKey({ ...chat, headers }, acme, { operation: 'chat', scope: 'tenant' });
    return typeof read === 'string' ? read : read.key.text;
  };

  it.each(['anthropic-beta', 'openai-beta', 'anthropic-version', 'x-unknown'])(
    'that may change the answer is in the key of a tenant: %s',
    async (name) => {
      expect(await keyWith({ [name]: 'a' })).not.toBe(await keyWith({ [name]: 'b' }));
      expect(await keyWith({ [name]: 'a' })).toBe(await keyWith(new Headers({ [name]: 'a' })));
    },
  );

  it.each(['traceparent', 'x-request-id', 'User-Agent', 'x-stainless-retry-count', 'authorization'])(
    'of transport, of tracing or with a known key is not: %s',
    async (name) => expect(await keyWith({ [name]: 'a' })).toBe(await keyWith({ [name]: 'b' })),
  );

  it('that cannot be read lets no request be looked up', async () => {
    for (const carry of Object.values(UNREADABLE)) expect(await keyWith(carry('x-a', 'b'))).toBe('unserializable');
  });
});
