import { isPlainObject } from './plain-object.ts';

/** What stands for an item in a canonical text, for items that can never change. */
const texts = new WeakMap<object, string>();

/**
 * What stands for an item of a list, remembered for as long as the item lives if it is frozen through and through.
 *
 * A conversation whose messages are frozen is so written once, and each turn costs only what it adds. An item that is not deeply
 * frozen is written anew each time, because it may have been changed in place.
 */
export function rememberedIfFrozen(item: object, write: () => string): string {
  if (!Object.isFrozen(item)) return write();
  const known = texts.get(item);
  if (known !== undefined) return known;
  const text = write();
  if (isDeeplyFrozen(item)) texts.set(item, inOnePiece(text));
  return text;
}

/** A text that was put together is kept as its pieces until it is read, and would be put together again each time. */
function inOnePiece(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string;
}

/** Only data in records and lists can be frozen: a getter may give anything, and bytes and dates stay changeable. */
function isDeeplyFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (!Object.isFrozen(value) || !(Array.isArray(value) || isPlainObject(value))) return false;
  return Reflect.ownKeys(value).every((name) => {
    const property = Object.getOwnPropertyDescriptor(value, name);
    return property !== undefined && 'value' in property && isDeeplyFrozen(property.value);
  });
}
