import type { Envelope, Expected } from '../entry/envelope.ts';

/** An answer with characters beyond ASCII. */
export const ENVELOPE: Envelope = {
  digest: 'digest',
  scopeHash: 'scope',
  model: 'gpt-4o-mini',
  form: 'value',
  askedFor: 'whole',
  createdAtMs: 1_000,
  ttlMs: 500,
  usage: { inputTokens: 3, outputTokens: 2 },
  answeredBy: 'gpt-4o-mini-2024-07-18',
  payload: '{"text":"Ünïcödé"}',
};

/** What it is an answer to. */
export const EXPECTED: Expected = { digest: 'digest', scopeHash: 'scope', model: 'gpt-4o-mini' };
