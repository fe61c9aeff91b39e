import { field } from '../fields.ts';

/**
 * Fields that requests of one dialect alone have beside `messages`. Several dialects send their conversation under that name, so the
 * other fields say whose request it is.
 */
const OWNERS: Readonly<Record<string, string>> = {
  format: 'ollama',
  keep_alive: 'ollama',
  options: 'ollama',
  think: 'ollama',
  citation_options: 'cohere',
  citationOptions: 'cohere',
  safety_mode: 'cohere',
  safetyMode: 'cohere',
  strict_tools: 'cohere',
  strictTools: 'cohere',
  p: 'cohere',
  k: 'cohere',
};

/**
 * The dialect of a request that sends its conversation as `messages`: the one that has a field of its own in it, else
 * `openai_chat`, which most providers speak.
 *
 * @returns undefined for a value without a list of messages
 */
export function messageDialectOf(request: unknown): string | undefined {
  if (typeof request !== 'object' || request === null || !Array.isArray(field(request, 'messages'))) return undefined;
  for (const name of Object.keys(request)) {
    const owner = Object.hasOwn(OWNERS, name) ? OWNERS[name] : undefined;
    if (owner !== undefined && (field(request, name) ?? null) !== null) return owner;
  }
  return 'openai_chat';
}
