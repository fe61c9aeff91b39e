import { type StreamForm, streamOver } from 'tta-dev-primitives/internal';

/**
 * Gives a recorded stream again: the same chunks, in the same form, as fast as they are read. A reader that leaves after the last chunk has
 * read it whole: the client of OpenAI asks for nothing after `[DONE]`.
 */
export function replay(form: StreamForm, recorded: Iterable<unknown>): object {
  const chunks = recorded[Symbol.iterator]();
  let next = chunks.next();
  const { flow, output } = streamOver(form, {
    give({ resolve }) {
      const given = next;
      if (given.done !== true) next = chunks.next();
      resolve(given.done === true ? { done: true, value: undefined } : given);
    },
    leave: () => {},
  });
  flow.add({ isOver: () => next.done === true });
  return output;
}
