import { describe, expect, it } from 'vitest';
import { assembleParts, partsOfAnswer } from './assembly.ts';

const USAGE = { inputTokens: { total: 10, cacheRead: 4 }, outputTokens: { total: 5 } };
const STOP = { unified: 'stop', raw: 'end_turn' };
const signed = (signature: string) => ({ anthropic: { signature } });

const ANSWER = {
  content: [
    { type: 'reasoning', text: 'Hm.', providerMetadata: signed('s1') },
    { type: 'text', text: 'Hello', citations: [{ url: 'https://a.example' }] },
    { type: 'source', sourceType: 'url', id: 's', url: 'https://a.example' },
    { type: 'tool-call', toolCallId: 't1', toolName: 'weather', input: '{}' },
  ],
  finishReason: STOP,
  usage: USAGE,
  warnings: [{ type: 'other', message: 'slow' }],
  providerMetadata: { anthropic: { container: null } },
  response: { id: 'r1', modelId: 'm', timestamp: { 'tta.kind': 'date', data: 5 } },
};

describe('partsOfAnswer', () => {
  it('gives parts that make the same answer again', () => {
    const parts = partsOfAnswer(ANSWER) ?? [];
    expect(parts.map((part) => (part as { type: string }).type)).toEqual([
      ...['stream-start', 'response-metadata', 'reasoning-start', 'reasoning-delta', 'reasoning-end'],
      ...['text-start', 'text-delta', 'text-end', 'source', 'tool-call', 'finish'],
    ]);
    expect(assembleParts(parts)).toEqual(ANSWER);
  });

  it.each([
    ['a field that parts have no place for', { ...ANSWER, logprobs: [] }],
    ['headers of its response', { ...ANSWER, response: { headers: {} } }],
    ['an item of an unknown type', { ...ANSWER, content: [{ type: 'hologram' }] }],
    ['an unknown field in a text', { ...ANSWER, content: [{ type: 'text', text: 'a', mood: 'good' }] }],
    ['the finish of a result of generateText', { text: 'Hello', finishReason: 'stop', usage: {} }],
  ])('gives none for an answer with %s', (_, answer) => {
    expect(partsOfAnswer(answer)).toBeUndefined();
  });
});

describe('assembleParts', () => {
  const finish = { type: 'finish', finishReason: STOP, usage: USAGE };

  it('puts interleaved pieces together, with the newest metadata of each', () => {
    const whole = assembleParts([
      { type: 'stream-start', warnings: [] },
      { type: 'reasoning-start', id: 'a', providerMetadata: signed('early') },
      { type: 'text-start', id: 'a' },
      { type: 'reasoning-delta', id: 'a', delta: 'H' },
      { type: 'text-delta', id: 'a', delta: 'Hel' },
      { type: 'reasoning-delta', id: 'a', delta: 'm.', providerMetadata: signed('late') },
      { type: 'text-delta', id: 'a', delta: 'lo' },
      finish,
    ]);
    expect(whole).toEqual({
      content: [
        { type: 'reasoning', text: 'Hm.', providerMetadata: signed('late') },
        { type: 'text', text: 'Hello' },
      ],
      finishReason: STOP,
      usage: USAGE,
      warnings: [],
    });
  });

  it('leaves out texts that stay empty, and pieces of calls of tools', () => {
    const call = { type: 'tool-call', toolCallId: 't1', toolName: 'weather', input: '{}' };
    const whole = assembleParts([
      { type: 'text-start', id: '0' },
      { type: 'text-end', id: '0' },
      { type: 'tool-input-start', id: 't1', toolName: 'weather' },
      { type: 'tool-input-delta', id: 't1', delta: '{}' },
      { type: 'tool-input-end', id: 't1' },
      call,
      finish,
    ]);
    expect(whole).toMatchObject({ content: [call] });
  });

  it('starts a text anew when a stream uses its id again', () => {
    const text = (delta: string) => [
      { type: 'text-start', id: '0' },
      { type: 'text-delta', id: '0', delta },
      { type: 'text-end', id: '0' },
    ];
    expect(assembleParts([...text('a'), ...text('b'), finish])).toMatchObject({
      content: [{ text: 'a' }, { text: 'b' }],
    });
  });

  it.each([
    ['no finish', [{ type: 'text-delta', id: '0', delta: 'a' }]],
    ['an error', [{ type: 'error', error: {} }, finish]],
    ['a part of an unknown type', [{ type: 'hologram' }, finish]],
  ])('makes nothing of a stream with %s', (_, parts) => {
    expect(assembleParts(parts)).toBeUndefined();
  });
});
