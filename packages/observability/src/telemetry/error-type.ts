/** A class name as code has it; a message, or any other text in `name`, does not look like this. */
const CLASS_NAME = /^[A-Za-z_$][\w$.]{0,63}$/;

/** What is thrown and is no error has no type. */
const NO_ERROR = '_OTHER';

/**
 * The type of an error, and never its message, which may quote a prompt. Never throws, whatever the error does when it is looked at.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/attributes-registry/error/ for `error.type` and `_OTHER`
 */
export function errorTypeOf(error: unknown): string {
  try {
    if (!(error instanceof Error)) return NO_ERROR;
    const { name, constructor: made }: { readonly name: unknown; readonly constructor: unknown } = error;
    const className = typeof made === 'function' ? made.name : undefined;
    const candidates = name === 'Error' ? [className] : [name, className];
    return candidates.find(isClassName) ?? 'Error';
  } catch {
    return NO_ERROR; // its span must end and its metrics be counted all the same
  }
}

function isClassName(name: unknown): name is string {
  return typeof name === 'string' && CLASS_NAME.test(name);
}
