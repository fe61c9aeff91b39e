export type Members = Record<PropertyKey, unknown>;

/** Replaces members of an object in place, or gives a shadow of one where that cannot be done. */
export function replaceMembers(target: object, members: Members): object {
  const keys = Reflect.ownKeys(members);
  if (!keys.every((key) => isReplaceable(target, key))) return shadowOf(target, members);
  for (const key of keys) {
    const enumerable = Object.getOwnPropertyDescriptor(target, key)?.enumerable ?? false;
    Object.defineProperty(target, key, { value: members[key], configurable: true, writable: true, enumerable });
  }
  return target;
}

export function isReplaceable(target: object, key: PropertyKey): boolean {
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
