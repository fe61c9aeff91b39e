const VERSION = /^[-@](?:\d{3,8}|\d{4}-\d{2}-\d{2}|latest)$/;

/** Whether the name that an answer gives is that of a model, or of a dated version of it: `gpt-4o-2024-08-06` is one of `gpt-4o`. */
export function isVersionOf(named: string | undefined, model: string): boolean {
  if (named === undefined || !named.startsWith(model)) return false;
  return named === model || VERSION.test(named.slice(model.length));
}
