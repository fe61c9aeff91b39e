import { isReadableStream } from 'tta-dev-primitives/internal';

/** Maps a whole answer, or every part of a stream. */
export function mapAnswer(answer: object, map: (value: unknown) => unknown): object {
  if (!isReadableStream(answer)) return map(answer) as object; // objects are mapped to objects
  const parts = new TransformStream<unknown, unknown>({
    transform(part, controller) {
      controller.enqueue(map(part));
    },
  });
  return (answer as ReadableStream<unknown>).pipeThrough(parts);
}
