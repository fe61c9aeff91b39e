import { describe, expect, it, vi } from 'vitest';
import { followOutput } from './follow-output.ts';
import { isOngoing } from './kinds.ts';
import { wholeBodyOf, wholeResponse } from './whole-response.ts';

class Mine extends Response {}

const BYTES = new TextEncoder().encode('{"a":1}');

describe('a response whose body is there', () => {
  it('keeps its class, status, address and headers', async () => {
    const came = new Mine(null, { status: 201, statusText: 'Made', headers: { 'x-a': '1' } });
    Object.defineProperty(came, 'url', { value: 'https://a.example/' });
    const whole = wholeResponse(came, BYTES);
    expect(whole).toBeInstanceOf(Mine);
    expect([whole.status, whole.statusText, whole.url, whole.headers.get('x-a')]).toEqual([
      201,
      'Made',
      'https://a.example/',
      '1',
    ]);
    expect(await whole.json()).toEqual({ a: 1 });
  });

  it('counts as a value that has ended, and not as a stream', () => {
    const onEnd = vi.fn();
    const whole = wholeResponse(new Response(), BYTES);
    expect(followOutput(whole, { onEnd })).toBe(whole);
    expect(onEnd).toHaveBeenCalledExactlyOnceWith({ kind: 'complete' });
    expect([isOngoing(whole), isOngoing(new Response('{}'))]).toEqual([false, true]);
  });

  it('shows its bytes until they are read', async () => {
    const whole = wholeResponse(new Response(), BYTES);
    expect(wholeBodyOf(whole)).toBe(BYTES);
    await whole.text();
    expect([wholeBodyOf(whole), wholeBodyOf(new Response('{}')), wholeBodyOf('text')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
