import { WorkflowContext } from 'tta-dev-primitives';
import { expect, it } from 'vitest';
import { modelRequestOf } from '../../../llm/model-request.ts';
import { scopeOf, secretKey } from './cache-key.ts';

it('the scope of an API key depends on the secret, so no list of digests of keys finds it', () => {
  const request = modelRequestOf({ model: 'gpt-4o', messages: [{ role: 'user', content: 'q' }], apiKey: 'sk-9142' });
  const context = new WorkflowContext();
  const secrets = [undefined, '0123456789abcdef', 'fedcba9876543210'].map(secretKey);
  const scopes = secrets.map((secret) => scopeOf('tenant', request, context, secret).join());
  expect(scopes).toEqual(Array(3).fill(expect.stringMatching(/^caller,[\w-]{43}$/)));
  expect(new Set(scopes).size).toBe(3);
});
