/** A class name as code has it; a message, or anything else that somebody put into `name`, does not look like this. */
const CLASS_NAME = /^[A-Za-z_$][\w$.]{0,63}$/;

/** What is thrown and is no error has no type. */
const NO_ERROR = '_OTHER';

/**
 * The type of an error, and never its message, which may quote a prompt.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/attributes-registry/error/ for `error.type` and `_OTHER`
 */
export function errorTypeOf(error: unknown): string {
  if (!(error instanceof Error)) return NO_ERROR;
  const candidates = error.name === 'Error' ? [error.constructor.name] : [error.name, error.constructor.name];
  return candidates.find((name) => CLASS_NAME.test(name)) ?? 'Error';
}
