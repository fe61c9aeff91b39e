import { field } from '../../fields.ts';

/** A field that the API spells in snake_case and its client in camelCase. */
export function spelled(value: unknown, snakeName: string, camelName: string): unknown {
  return field(value, snakeName) ?? field(value, camelName);
}

/** The same for a text that is not empty. */
export function spelledText(value: unknown, snakeName: string, camelName: string): string | undefined {
  const text = spelled(value, snakeName, camelName);
  return typeof text === 'string' && text !== '' ? text : undefined;
}
