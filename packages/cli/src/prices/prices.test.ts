import { describe, expect, it } from 'vitest';
import { fakeIo } from '../__fixtures__/fake-io.ts';
import { runCli } from '../cli.ts';

async function said(...args: string[]) {
  const io = fakeIo({ env: {} });
  return { exitCode: await runCli(['prices', ...args], '1.2.3', io), out: io.out(), err: io.err() };
}

describe('tta prices', () => {
  it.each([
    ['gpt-4o', 'gpt-4o at openai', '$2.5 for a million'],
    ['openai/gpt-4o', 'gpt-4o at openai', '$2.5 for a million'],
    ['azure/gpt-4o', 'gpt-4o at azure', '$2.5 for a million'],
    ['gemini/gemini-2.5-pro', 'gemini-2.5-pro at google', '$1.25 for a million'],
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'claude-sonnet-4-5-20250929-v1:0 at aws', '$3.3 for a million'],
    ['bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0', 'claude-3-5-sonnet-20241022-v2:0 at aws', '$3 for a million'],
    ['text-embedding-3-small', 'text-embedding-3-small at openai', '$0.02 for a million'],
    ['voyage-3', 'voyage-3 at voyageai', '$0.06 for a million'],
  ])('finds the price of %s', async (model, match, price) => {
    const { exitCode, out } = await said(model, '--in', '1000', '--out', '100');
    expect({ exitCode, out }).toEqual({ exitCode: 0, out: expect.stringContaining(match) });
    expect(out).toContain(price);
  });

  it('says that a fine-tuned model is priced as the one that it was made from', async () => {
    const { out } = await said('ft:gpt-4o-mini-2024-07-18:org::abc');
    expect(out).toContain('gpt-4o-mini-2024-07-18 is what ft:gpt-4o-mini-2024-07-18:org::abc was made from');
  });

  it('says what a call of so many tokens costs', async () => {
    const { out } = await said('gpt-4o-mini', '--in', '2000', '--out', '300', '--cached', '1000');
    expect(out).toContain('A call of 2000 tokens in (1000 of them cached) and 300 out costs $0.000405.');
  });

  it('prints it as JSON', async () => {
    const { out } = await said('gpt-4o', '--json', '--in', '1000', '--out', '100');
    expect(JSON.parse(out)).toMatchObject({ model: 'gpt-4o', cost: { provider: 'openai', totalUsd: 0.0035 } });
  });

  it('exits with 1 for a model that no list has, and says what to do', async () => {
    const { exitCode, out } = await said('my-own-model');
    expect(exitCode).toBe(1);
    expect(out).toContain('The price of my-own-model is unknown: no list has my-own-model.');
    expect(out).toContain('--provider');
  });

  it('says where prices come from if no model is named', async () => {
    expect((await said()).out).toContain('@pydantic/genai-prices');
  });

  it.each([
    [['gpt-4o', '--in', 'many'], 'It must be a whole number of tokens.'],
    [['gpt-4o', '--in', '5', '--cached', '6'], '--cached must be at most --in (5), but it is 6'],
  ])('refuses %j', async (args, message) => {
    const { exitCode, err } = await said(...args);
    expect({ exitCode, err }).toEqual({ exitCode: 2, err: expect.stringContaining(message) });
  });
});
