import { AsyncLocalStorage } from 'node:async_hooks';
import { COMPLETE, type StreamTracker } from './stream-tracker.ts';

type Members = Record<PropertyKey, unknown>;
type InStepContext = <R>(work: () => R) => R;

/** Iterators by the form in which they are followed, for iterables that give the same iterator again. */
const followedIterators = new WeakMap<object, object>();

/**
 * Follows an iterable in place: it stays the same object, with its class and its private members, and reports its own end.
 * One that is frozen gives way to a shadow that looks the same.
 */
export function followIterable(iterable: AsyncIterable<unknown>, tracker: StreamTracker): object {
  const inStepContext: InStepContext = AsyncLocalStorage.snapshot();
  const maker = makerOf(iterable);
  const make = (iterable as unknown as Members)[maker] as () => object;
  const own = isIterator(iterable) ? watchedMembers(iterable, tracker, inStepContext) : {};
  const followed: object = replaceMembers(iterable, {
    ...own,
    [maker]: () => {
      const iterator = inStepContext(() => make.call(iterable));
      return iterator === iterable
        ? followed
        : followIterator(iterator as AsyncIterator<unknown>, tracker, inStepContext);
    },
  });
  return followed;
}

/**
 * The member that makes the iterator: the streams of the OpenAI and Anthropic SDKs make it in one of their own, through which
 * both a loop and their `tee` read.
 */
function makerOf(iterable: object): 'iterator' | typeof Symbol.asyncIterator {
  const isSdkStream =
    'tee' in iterable && typeof Object.getOwnPropertyDescriptor(iterable, 'iterator')?.value === 'function';
  return isSdkStream && isReplaceable(iterable, 'iterator') ? 'iterator' : Symbol.asyncIterator;
}

function followIterator(
  iterator: AsyncIterator<unknown>,
  tracker: StreamTracker,
  inStepContext: InStepContext,
): object {
  const known = followedIterators.get(iterator);
  if (known !== undefined) return known;
  const followed = replaceMembers(iterator, watchedMembers(iterator, tracker, inStepContext));
  return followedIterators.set(iterator, followed).set(followed, followed) && followed;
}

function watchedMembers(source: AsyncIterator<unknown>, tracker: StreamTracker, inStepContext: InStepContext): Members {
  const { next, return: leave, throw: raise } = source;
  const seen = (result: unknown): unknown => {
    if (isIteratorResult(result)) {
      if (result.done === true) tracker.settle(COMPLETE);
      else tracker.chunk(result.value);
    }
    return result;
  };
  const failed = (error: unknown): never => {
    tracker.settle({ kind: 'failed', error });
    throw error;
  };
  const watched = (pull: () => unknown): unknown => {
    let result: unknown;
    try {
      result = inStepContext(pull);
    } catch (error) {
      return failed(error);
    }
    return isThenable(result) ? result.then(seen, failed) : seen(result);
  };
  const members: Members = {
    next: (...values: []) => watched(() => next.apply(source, values)),
    // Always there: a reader that leaves ends the output even when the source has nothing to clean up.
    return: (...values: [unknown?]) => {
      tracker.settle({ kind: 'left', reason: undefined });
      return leave === undefined
        ? Promise.resolve({ done: true, value: values[0] })
        : inStepContext(() => leave.apply(source, values));
    },
  };
  if (raise !== undefined) {
    members['throw'] = (...values: [unknown?]) => watched(() => raise.apply(source, values));
  }
  return members;
}

function isIterator(value: object): value is AsyncIterator<unknown> {
  return 'next' in value && typeof value.next === 'function';
}

/** Some iterables have a `next` of another meaning (a database cursor's gives a row): only real results count as chunks. */
function isIteratorResult(result: unknown): result is { readonly done?: unknown; readonly value?: unknown } {
  return typeof result === 'object' && result !== null && ('done' in result || 'value' in result);
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

function replaceMembers(target: object, members: Members): object {
  const keys = Reflect.ownKeys(members);
  if (!keys.every((key) => isReplaceable(target, key))) return shadowOf(target, members);
  for (const key of keys) {
    const enumerable = Object.getOwnPropertyDescriptor(target, key)?.enumerable ?? false;
    Object.defineProperty(target, key, { value: members[key], configurable: true, writable: true, enumerable });
  }
  return target;
}

function isReplaceable(target: object, key: PropertyKey): boolean {
  const descriptor = Object.getOwnPropertyDescriptor(target, key);
  return descriptor === undefined ? Object.isExtensible(target) : descriptor.configurable === true;
}

/** The target with some members replaced, without touching it; its methods still run on the target, which may have private members. */
function shadowOf(target: object, members: Members): object {
  return new Proxy(Object.create(Object.getPrototypeOf(target)) as object, {
    get(_, key) {
      if (Object.hasOwn(members, key)) return members[key];
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
    has: (_, key) => Object.hasOwn(members, key) || Reflect.has(target, key),
  });
}
