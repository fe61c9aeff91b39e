type Method = (...given: unknown[]) => unknown;

/**
 * A member of a model for its observed form, which is a proxy. Private members of a class exist on the model alone, so its accessors run on
 * the model, and so do its methods that use private members.
 */
export function memberOf(model: object, name: PropertyKey): unknown {
  const given: unknown = Reflect.get(model, name);
  return isMethod(given) && usesPrivate(given) ? given.bind(model) : given;
}

function isMethod(value: unknown): value is Method {
  return typeof value === 'function' && !CLASS.test(sourceOf(value as Method));
}

const CLASS = /^class\b/;

/** Only the source of a method shows that it uses private members, as written or as TypeScript and esbuild translate them. */
const PRIVATE = /[\w$)\]]\s*\??\.#[\w$]|#[\w$]+\s+in\b|\b__(?:classPrivateField|private)[A-Z]/;

const known = new WeakMap<Method, boolean>();

function usesPrivate(method: Method): boolean {
  const uses = known.get(method) ?? PRIVATE.test(sourceOf(method));
  known.set(method, uses);
  return uses;
}

function sourceOf(method: Method): string {
  return Function.prototype.toString.call(method);
}
