import { field } from '../fields.ts';
import type { AnswerForm } from './dialect.ts';

/** The user ids in a request, under OpenAI's and Anthropic's names; null for each missing one. */
export function personIn(request: object): readonly unknown[] {
  return [
    field(request, 'user') ?? null,
    field(request, 'safety_identifier') ?? null,
    field(field(request, 'metadata'), 'user_id') ?? null,
  ];
}

const JSON_FORMATS: ReadonlySet<unknown> = new Set(['json_schema', 'json_object', 'json']);

/** Whether a format that a request asks for, such as `{ type: 'json_schema' }`, is JSON. */
export function isJsonFormat(format: unknown): boolean {
  return JSON_FORMATS.has(field(format, 'type'));
}

/** The form that `stream` asks for, and `stream_options` where the dialect knows it. */
export function streamedForm(request: object): AnswerForm {
  if (field(request, 'stream') !== true) return 'whole';
  return field(field(request, 'stream_options'), 'include_usage') === true ? 'stream_with_usage' : 'stream';
}

/** Whether a request sets any of some fields. */
export function hasAnyField(request: object, names: readonly string[]): boolean {
  return names.some((name) => (field(request, name) ?? null) !== null);
}
