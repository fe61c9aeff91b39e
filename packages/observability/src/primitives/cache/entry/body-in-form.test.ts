import { expect, it } from 'vitest';
import { OPENAI_CHAT } from '../../../llm/dialects/openai-chat/openai-chat.ts';
import { bodyInForm } from './answer-codec.ts';
import type { HttpHead } from './http-head.ts';

it('a stream has the framing of the answer, whatever the request looks like', () => {
  const head: HttpHead = {
    shape: 'response',
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: 'bytes',
  };
  const whole = {
    model: 'm',
    message: { role: 'assistant', content: 'Hi' },
    done: true,
    done_reason: 'stop',
    eval_count: 1,
  };
  const body = Buffer.from(JSON.stringify({ ...whole, created_at: '2026-01-01T00:00:00Z', prompt_eval_count: 1 }));
  const given = bodyInForm('stream', 'whole', { http: head, body }, OPENAI_CHAT);
  expect(given?.http.headers['content-type']).toBe('application/x-ndjson');
  const lines = given?.body.toString().trim().split('\n') ?? [];
  expect(lines.map((line) => JSON.parse(line).done)).toEqual([false, true]);
});
