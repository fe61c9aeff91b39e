import { countField, field, isObject, textField } from '../fields.ts';

/** Names in snake_case, by the same name in camelCase. */
const SNAKE_NAMES = new Map<string, string>();

/** A name in snake_case: `finish_reason` for `finishReason`. Only for names in code, because each is remembered. */
export function snakeOf(camelName: string): string {
  const known = SNAKE_NAMES.get(camelName);
  if (known !== undefined) return known;
  const snakeName = camelName.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  SNAKE_NAMES.set(camelName, snakeName);
  return snakeName;
}

/** A field that clients spell in camelCase, and APIs or dumps of the protocol in snake_case. */
export function eitherField(value: unknown, camelName: string): unknown {
  return isObject(value) ? (field(value, camelName) ?? field(value, snakeOf(camelName))) : undefined;
}

/** The same for a text that is not empty. */
export function eitherText(value: unknown, camelName: string): string | undefined {
  return textField(value, camelName) ?? textField(value, snakeOf(camelName));
}

/** The same for a count. */
export function eitherCount(value: unknown, camelName: string): number | undefined {
  return countField(value, camelName) ?? countField(value, snakeOf(camelName));
}
