import type { Flow, ReadOptions } from './flow.ts';
import type { Pulled, Source } from './reading.ts';
import { isReplaceable, type Members, replaceMembers } from './replace-members.ts';

/** An iterator as its reader gets it, and as it is read ahead of the reader. */
interface FollowedIterator {
  readonly followed: object;
  readonly reading: Pulled;
}

/**
 * How an iterator that is followed in place was read before, for iterables that give the same iterator again. The value does not refer to
 * the iterator, as with `known` in followed.ts.
 */
const pulls = new WeakMap<object, Pulled['pull']>();

/** The same of a frozen iterator, found by the iterator and by its shadow. */
const shadowed = new WeakMap<object, FollowedIterator>();

/**
 * Follows an iterable in place: it stays the same object, with its class and its private members. A frozen iterable is replaced by a shadow
 * with the same members.
 */
export function followIterable(iterable: AsyncIterable<unknown>, flow: Flow): object {
  const maker = makerOf(iterable);
  const make = (iterable as unknown as Members)[maker] as () => AsyncIterator<unknown>;
  const own = isIterator(iterable) ? watchedMembers(iterable, flow) : undefined;
  let isMade = false;
  let ahead: FollowedIterator | undefined;
  const makeIterator = (): FollowedIterator => {
    isMade = true;
    const iterator = flow.run(make, iterable);
    if (own !== undefined && (iterator as unknown) === iterable) return { followed, reading: own.reading };
    return followIterator(iterator, flow);
  };
  const followed: object = replaceMembers(iterable, {
    ...own?.members,
    [maker]: () => {
      const iterator = ahead ?? makeIterator();
      ahead = undefined;
      return iterator.followed;
    },
  });
  flow.readAheadWith(() => {
    ahead ??= makeIterator();
    return ahead.reading;
  });
  flow.closeWith((reason) => {
    const controller = controllerOf(iterable);
    if (controller !== undefined) controller.abort(reason);
    else if (!isMade) return flow.run(make, iterable).return?.();
    return undefined;
  });
  return followed;
}

/** An iterable that reads its chunks through a flow. */
export function iterableOver({ reading, leave }: Source, flow: Flow): AsyncIterableIterator<unknown> {
  const iterator: AsyncIterableIterator<unknown> = {
    next: () => flow.read(reading) as Promise<IteratorResult<unknown>>,
    return: async (value?: unknown) => {
      if (flow.end === undefined) leave(undefined);
      flow.settle({ kind: 'left', reason: undefined });
      return { done: true, value };
    },
    throw: (error?: unknown) => {
      flow.stop(error);
      return Promise.reject(error);
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  flow.readAheadWith(() => reading);
  flow.closeWith(leave);
  return iterator;
}

/**
 * The member that makes the iterator: the streams of some SDKs make it in one of their own, through which
 * both a loop and their `tee` read.
 */
function makerOf(iterable: object): 'iterator' | typeof Symbol.asyncIterator {
  const isSdkStream =
    'tee' in iterable && typeof Object.getOwnPropertyDescriptor(iterable, 'iterator')?.value === 'function';
  return isSdkStream && isReplaceable(iterable, 'iterator') ? 'iterator' : Symbol.asyncIterator;
}

/** The streams of SDKs hold the controller of their connection. */
function controllerOf(iterable: object): Pick<AbortController, 'abort'> | undefined {
  const { controller } = iterable as { readonly controller?: unknown };
  const isController = typeof controller === 'object' && controller !== null && 'abort' in controller;
  return isController && typeof controller.abort === 'function' ? (controller as AbortController) : undefined;
}

/**
 * Follows one iterator, in place if possible.
 *
 * @param options - `isSeen` for an iterator whose chunks the flow sees elsewhere
 */
export function followIterator(
  iterator: AsyncIterator<unknown>,
  flow: Flow,
  options: ReadOptions = {},
): FollowedIterator {
  const pull = pulls.get(iterator);
  if (pull !== undefined) return { followed: iterator, reading: { pull, source: iterator } };
  const known = shadowed.get(iterator);
  if (known !== undefined) return known;
  const { members, reading } = watchedMembers(iterator, flow, options);
  const made = { followed: replaceMembers(iterator, members), reading };
  if (made.followed === iterator) pulls.set(iterator, reading.pull);
  else shadowed.set(iterator, made).set(made.followed, made);
  return made;
}

interface Watched {
  readonly members: Members;
  readonly reading: Pulled;
}

function watchedMembers(source: AsyncIterator<unknown>, flow: Flow, options: ReadOptions = {}): Watched {
  const { next, return: leave, throw: raise } = source as { [Name in keyof AsyncIterator<unknown>]: Pulled['pull'] };
  let isClosed = false;
  const forget = flow.closeWith(() => {
    isClosed = true;
    return leave?.call(source);
  });
  const reading: Pulled = { pull: next, source };
  const members: Members = {
    next: (value?: unknown) => flow.read(reading, value, options),
    // Always there: a reader that leaves ends the output even when the source has nothing to clean up.
    return: (value?: unknown) => {
      flow.settle({ kind: 'left', reason: undefined });
      if (isClosed || leave === undefined) return Promise.resolve({ done: true, value });
      forget();
      return flow.run(leave, source, value);
    },
  };
  if (raise === undefined) return { members, reading };
  const fail = (error?: unknown): unknown => flow.read({ pull: raise, source }, error);
  return { members: { ...members, throw: fail }, reading };
}

function isIterator(value: object): value is AsyncIterator<unknown> & AsyncIterable<unknown> {
  return 'next' in value && typeof value.next === 'function';
}
