import { webcrypto } from 'node:crypto';
import { WorkflowContext } from 'tta-dev-primitives';
import { CachePrimitive } from 'tta-observability-integration/primitives';
import type { Comparison } from './harness.ts';

const MESSAGES = 100;

/** About 94 KB, as a long conversation is. */
function conversation(): object[] {
  const text = 'What did the second "customer" say about the delivery?\nIt was late. '.repeat(13);
  return Array.from({ length: MESSAGES }, (_, turn) => ({
    role: turn % 2 === 0 ? 'user' : 'assistant',
    content: [{ type: 'text', text: `${turn}: ${text}` }],
  }));
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}

const last = { role: 'user', content: [{ type: 'text', text: 'And the third?' }] };
const request = { model: 'gpt-4o-mini', temperature: 0, messages: [...conversation(), last] };
const grown = { ...request, messages: [...frozen(conversation()), last] };

const cache = new CachePrimitive((_: object) => 'It was in time.', { operation: 'chat' });
const context = new WorkflowContext({ tenantId: 'acme' });

/** A hit whose answer is tiny, so that its cost is that of the key. */
const hit = (): Promise<unknown> => cache.execute(request, context);

/** The plainest key that the platform offers, which is another one for every order of properties. */
const plainKey = async (): Promise<string> => {
  const digest = await webcrypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(request)));
  return Buffer.from(digest).toString('base64url');
};

/** What the keys of a cache cost, for a request of 94 KB. */
export const CACHE_KEYS: readonly Comparison[] = [
  { name: 'hit on 94 KB, beside JSON + subtle', work: hit, other: plainKey, allowedRatio: 1.6 },
  {
    name: 'hit on 94 KB of frozen messages',
    work: () => cache.execute(grown, context),
    other: hit,
    allowedRatio: 0.1,
  },
];
