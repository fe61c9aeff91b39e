import { runInContext, WorkflowContext, withReport } from 'tta-dev-primitives';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { LoopbackProvider } from '../__fixtures__/provider.ts';
import { clientFetch, type TtaFetch, ttaFetch } from './tta-fetch.ts';

let provider: LoopbackProvider;

beforeAll(async () => {
  provider = await LoopbackProvider.start();
});
beforeEach(() => {
  provider.reset();
  provider.reply = () => ({ body: ANSWER });
});
afterAll(() => provider[Symbol.asyncDispose]());

const ANSWER = {
  ...{ type: 'message', role: 'assistant', model: 'claude-3-haiku-20240307', stop_reason: 'end_turn' },
  content: [{ type: 'text', text: 'Hello you' }],
  usage: { input_tokens: 1_000, output_tokens: 100 },
};

/** Headers as clients of AWS sign them; those of two signatures differ. */
function signed(accessKeyId: string, second: number): Record<string, string> {
  const date = `20261130T0800${String(second).padStart(2, '0')}Z`;
  const scope = `Credential=${accessKeyId}/20261130/us-east-1/bedrock/aws4_request`;
  return {
    'content-type': 'application/json',
    'x-amz-date': date,
    'x-amz-security-token': `token ${second}`,
    'x-amz-content-sha256': 'abc',
    authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host;x-amz-date, Signature=${second}`,
  };
}

const BODY = JSON.stringify({
  anthropic_version: 'bedrock-2023-05-31',
  max_tokens: 9,
  messages: [{ role: 'user', content: 'Hi' }],
});

function ask(fetch: TtaFetch, accessKeyId: string, second: number): Promise<Response> {
  const url = `${provider.url}/model/anthropic.claude-3-haiku-20240307-v1:0/invoke`;
  return fetch(url, { method: 'POST', headers: signed(accessKeyId, second), body: BODY });
}

async function outcomeOf(fetch: TtaFetch, accessKeyId: string, second: number, tenantId?: string) {
  const { context, report } = withReport(new WorkflowContext({ tenantId }));
  await runInContext(context, () => ask(fetch, accessKeyId, second));
  const { cacheOutcome } = await report;
  return cacheOutcome;
}

it('a client that signs its requests gets stored answers of its own credential, whatever the signature', async () => {
  const fetch = clientFetch({ cache: {} });
  expect(await outcomeOf(fetch, 'AKIA1', 1)).toBe('miss');
  expect(await outcomeOf(fetch, 'AKIA1', 2)).toBe('hit');
  expect(await outcomeOf(fetch, 'AKIA2', 3)).toBe('miss');
  expect(provider.received.map(({ headers }) => headers)).toMatchObject([signed('AKIA1', 1), signed('AKIA2', 3)]);
});

it('a fetch does not believe the name in a signature, and leaves its cache aside without a tenant', async () => {
  const fetch = ttaFetch({ cache: {} });
  for (const second of [1, 2]) expect(await outcomeOf(fetch, 'AKIA1', second)).toBe('bypass');
  expect(await outcomeOf(fetch, 'AKIA1', 3, 'acme')).toBe('miss');
  expect(await outcomeOf(fetch, 'AKIA1', 4, 'acme')).toBe('hit');
  expect(await outcomeOf(fetch, 'AKIA1', 5, 'initech')).toBe('miss');
});

it('a signed request goes to no other model, because its signature covers the address and the body', async () => {
  const fetch = clientFetch({ routes: { other: { model: 'anthropic.claude-3-sonnet-20240229-v1:0' } } });
  const response = await ask(fetch, 'AKIA1', 1);
  expect([response.status, await response.text()]).toEqual([
    expect.toSatisfy((status: number) => status >= 400),
    expect.stringContaining('signed for AWS cannot go to another model'),
  ]);
  expect(provider.received).toHaveLength(0);
});

it('a signed stream of chat completions is sent as it is, without asking for its usage', async () => {
  provider.reply = () => undefined;
  const body = JSON.stringify({ model: 'gpt-oss', messages: [{ role: 'user', content: 'Hi' }], stream: true });
  const headers = signed('AKIA1', 1);
  const response = await clientFetch({})(`${provider.url}/openai/v1/chat/completions`, {
    method: 'POST',
    headers,
    body,
  });
  expect(await response.text()).toContain('Hello');
  expect(provider.last.text).toBe(body);
});
