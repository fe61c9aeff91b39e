import { webcrypto } from 'node:crypto';
import { WorkflowContext } from 'tta-dev-primitives';
import { requestKey } from '../../packages/observability/src/primitives/cache/request/request-reader.ts';
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

const context = new WorkflowContext({ tenantId: 'acme' });
const key = async (input: object): Promise<unknown> =>
  requestKey(input, context, { operation: 'chat', scope: 'tenant' });
const ours = (): Promise<unknown> => key(request);

/** The plainest key that the platform offers, which is another one for every order of properties. */
const plainKey = async (): Promise<string> => {
  const digest = await webcrypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(request)));
  return Buffer.from(digest).toString('base64url');
};

/**
 * What the key of a request costs, for one of 94 KB. RFC 8785 in JavaScript takes 1.6 times as long as what it is beside. The target is half
 * of that.
 */
export const CACHE_KEYS: readonly Comparison[] = [
  { name: 'key of 94 KB, beside JSON + subtle', work: ours, other: plainKey, allowedRatio: 1.1, targetRatio: 0.73 },
  { name: 'key of 94 KB of frozen messages', work: () => key(grown), other: ours, allowedRatio: 0.1 },
];
