import type { Clock } from 'tta-dev-primitives';
import { streamOver } from 'tta-dev-primitives/internal';
import { field } from '../../llm/fields.ts';
import { lastRead } from '../last-read.ts';

/** The parts of a stream, which ends once its part `finish` has come, even if its source stays open. */
export function endedAtFinish(stream: ReadableStream<unknown>, clock: Clock): ReadableStream<unknown> {
  const reader = stream.getReader();
  let isFinished = false;
  const { flow, output } = streamOver('readable', {
    give: ({ resolve, reject }) => {
      const read = isFinished ? lastRead(reader, clock) : reader.read();
      read.then(resolve, reject);
    },
    leave: (reason) => reader.cancel(reason),
  });
  flow.add({
    onChunk: (part) => {
      isFinished ||= field(part, 'type') === 'finish';
    },
  });
  return output as ReadableStream<unknown>; // of the form that was asked for
}
