import { field, textField } from '../../../llm/fields.ts';

/** Where the APIs are asked for JSON: chat completions, the Responses API, Anthropic's, the AI SDK. */
const FORMATS = [
  ['response_format', 'type'],
  ['text', 'format', 'type'],
  ['output_config', 'format', 'type'],
  ['output_format', 'type'],
  ['responseFormat', 'type'],
] as const;

const JSON_FORMATS: ReadonlySet<unknown> = new Set(['json_schema', 'json_object', 'json']);

/** Where Gemini is: through its client, and through its REST API. */
const GEMINI_CONFIGS = ['config', 'generationConfig', 'generation_config'] as const;

/** Whether a request asks for an answer that is JSON. */
export function asksForJson(input: unknown): boolean {
  if (FORMATS.some((path) => JSON_FORMATS.has(path.reduce(field, input)))) return true;
  return GEMINI_CONFIGS.some((name) => {
    const config = field(input, name);
    const mimeType = textField(config, 'responseMimeType');
    if (mimeType !== undefined) return mimeType === 'application/json';
    return [field(config, 'responseSchema'), field(config, 'responseJsonSchema')].some(
      (schema) => (schema ?? null) !== null,
    );
  });
}

/** The values of texts that should be JSON; undefined if one of them is not. */
export function parsedTexts(texts: readonly string[]): readonly unknown[] | undefined {
  try {
    return texts.map((text) => JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}
