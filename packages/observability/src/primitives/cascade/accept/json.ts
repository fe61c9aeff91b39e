import { checkFunction, checkNoUnknown } from 'tta-dev-primitives/internal';
import type { Acceptance } from './acceptance.ts';

/**
 * What a schema library offers to others: zod, valibot, arktype and more.
 *
 * @see https://standardschema.dev
 */
export interface StandardSchema {
  readonly '~standard': {
    validate(value: unknown): { readonly issues?: unknown } | PromiseLike<{ readonly issues?: unknown }>;
  };
}

export interface AcceptJsonOptions {
  /** What the JSON must match: a Standard Schema, or a function that returns whether it does. @defaultValue anything */
  readonly schema?: StandardSchema | ((value: unknown) => boolean | PromiseLike<boolean>) | undefined;
}

/** Models like to put JSON into a fence, with and without a word about it before. White space is left to JSON: it takes linear time. */
const FENCE = /```(?:json)?([\s\S]*?)```/iu;

/**
 * Accepts an answer whose text is JSON, alone or in a code fence, that fits a schema. An output that is neither text
 * nor a model's answer is checked against the schema directly.
 *
 * @throws TypeError if the schema is neither a Standard Schema nor a function
 * @example
 * ```ts
 * acceptJson({ schema: z.object({ city: z.string() }) });
 * ```
 */
export function acceptJson<I, O>(options: AcceptJsonOptions = {}): Acceptance<I, O> {
  checkNoUnknown('acceptJson', options, { schema: true });
  const { schema } = options;
  const fits = schema === undefined ? (): boolean => true : fitOf(schema);
  return async ({ text, output }) => {
    const parsed = text === undefined ? { value: output } : jsonIn(text);
    if (parsed === undefined) return 'not_json';
    return (await fits(parsed.value)) === true ? true : 'schema';
  };
}

/** The JSON of a text, or of its first code fence. Undefined without JSON. */
function jsonIn(text: string): { readonly value: unknown } | undefined {
  return parsed(text) ?? parsed(FENCE.exec(text)?.[1]);
}

function parsed(text: string | undefined): { readonly value: unknown } | undefined {
  if (text === undefined) return undefined;
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function fitOf(schema: NonNullable<AcceptJsonOptions['schema']>): (value: unknown) => boolean | PromiseLike<boolean> {
  const standard = (schema as Partial<StandardSchema>)['~standard'];
  if (standard === undefined) {
    checkFunction('acceptJson', 'schema', schema);
    return schema as (value: unknown) => boolean;
  }
  checkFunction('acceptJson', "schema['~standard'].validate", standard.validate);
  return async (value) => (await standard.validate(value)).issues === undefined;
}
