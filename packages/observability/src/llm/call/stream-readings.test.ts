import { expect, it } from 'vitest';
import { chatChunk } from '../../primitives/cache/__fixtures__/chat.ts';
import { collect } from '../dialects/__fixtures__/provider.ts';
import { modelCall } from './model-call.ts';
import { sharedReadingOf } from './stream-readings.ts';

async function* answer(): AsyncGenerator<unknown> {
  yield chatChunk({ content: 'hello' }, 'stop');
}

it('a stream shares what its chunks say until it has ended', async () => {
  const stream = await modelCall(answer).execute('question');
  expect(sharedReadingOf(stream)).toBeDefined();
  await collect(stream);
  expect(sharedReadingOf(stream)).toBeUndefined();
});
