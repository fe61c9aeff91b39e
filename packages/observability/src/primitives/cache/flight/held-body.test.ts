import { expect, it } from 'vitest';
import { type HeldBytes, heldBodyOf } from './held-body.ts';

const TEXT = '{"a":1}';

const heldOf = (output: { readonly body: unknown }): HeldBytes => {
  const held = heldBodyOf(output, { status: 200, headers: new Headers(), body: output.body } as never);
  if (held?.kind !== 'whole') throw new Error('the body is not held as a whole');
  return held;
};

it.each([
  ['bytes', new TextEncoder().encode(TEXT)],
  ['a buffer', Buffer.from(TEXT)],
])('gives the first taker the answer itself, and every other one %s of its own', (_, body) => {
  const output = { status: 200, headers: {}, body };
  const { copies } = heldOf(output);
  const [first, second, third] = [copies.take(), copies.take(), copies.take()] as { body: Uint8Array }[];
  expect(first).toBe(output);
  second?.body.fill(0);
  expect(Buffer.from(third?.body ?? []).toString()).toBe(TEXT);
  expect(third?.body.constructor).toBe(body.constructor);
});

it('does not hand on what the first taker changes', () => {
  const output = { status: 200, headers: {}, body: Buffer.from(TEXT) };
  const { copies, bytes } = heldOf(output);
  copies.take();
  output.body.fill(0);
  expect([bytes.toString(), String((copies.take() as { body: Buffer }).body)]).toEqual([TEXT, TEXT]);
});
