type Members = Record<PropertyKey, unknown>;
type Result = IteratorResult<unknown>;

/**
 * Pulls the first chunk of an iterable, in place: it stays the same object, with its class and its other members, and its first
 * iterator begins with that chunk. One that cannot be changed (a frozen one) gives way to a plain iterable.
 */
export async function peekIterable(iterable: AsyncIterable<unknown>): Promise<AsyncIterable<unknown>> {
  const target = iterable as unknown as Members;
  const maker = makerOf(target);
  const make = target[maker] as () => AsyncIterator<unknown>;
  const iterator = make.call(iterable);
  const next = iterator.next.bind(iterator);
  let first: Result | undefined = await next();
  const replayed = (...values: [] | [unknown]): Promise<Result> => {
    if (first === undefined) return next(...values);
    const result = first;
    first = undefined;
    return Promise.resolve(result);
  };
  if ((iterator as unknown) === iterable)
    return replaced(iterable, { next: replayed }) ?? replaying(iterator, replayed);
  const begun = replaying(iterator, replayed);
  let isMade = false;
  const remake = (): unknown => {
    if (isMade) return make.call(iterable);
    isMade = true;
    return begun;
  };
  return replaced(iterable, { [maker]: remake }) ?? begun;
}

/** The streams of the OpenAI and Anthropic SDKs make their iterator in a member through which their `tee` reads as well. */
function makerOf(iterable: Members): 'iterator' | typeof Symbol.asyncIterator {
  const isSdkStream = 'tee' in iterable && typeof iterable['iterator'] === 'function';
  return isSdkStream && Object.hasOwn(iterable, 'iterator') ? 'iterator' : Symbol.asyncIterator;
}

function replaying(
  iterator: AsyncIterator<unknown>,
  next: AsyncIterator<unknown>['next'],
): AsyncIterableIterator<unknown> {
  const { return: leave, throw: raise } = iterator;
  const replay: AsyncIterableIterator<unknown> = { next, [Symbol.asyncIterator]: () => replay };
  if (leave !== undefined) replay.return = (value) => leave.call(iterator, value);
  if (raise !== undefined) replay.throw = (error) => raise.call(iterator, error);
  return replay;
}

/** The iterable with some members replaced, or undefined where that has no effect. */
function replaced(iterable: AsyncIterable<unknown>, members: Members): AsyncIterable<unknown> | undefined {
  for (const key of Reflect.ownKeys(members)) {
    const isReplaced =
      Reflect.defineProperty(iterable, key, { value: members[key], configurable: true, writable: true }) &&
      Reflect.get(iterable, key) === members[key];
    if (!isReplaced) return undefined;
  }
  return iterable;
}
