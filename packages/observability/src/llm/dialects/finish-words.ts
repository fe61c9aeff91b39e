import type { FinishKind } from './answer-reading.ts';

/**
 * What the words of providers for the end of an answer mean, in lower case. Gateways and frameworks hand on the words of any provider, so
 * all dialects read them by this table.
 */
const WORDS: Readonly<Record<FinishKind, readonly string[]>> = {
  complete: [
    ...['stop', 'stop_sequence', 'end_turn', 'complete', 'completed', 'refusal'],
    ...['eos', 'eos_token'], // Together, IBM, Hugging Face
    ...['finish', 'finished', 'stop_criteria_met'], // Titan
  ],
  tools: [
    ...['tool_calls', 'tool_call', 'function_call', 'tool_use'],
    'requires_action', // interactions of Gemini
  ],
  cut: [
    ...['length', 'max_tokens', 'max_output_tokens', 'max_completion_tokens', 'token_limit', 'incomplete'],
    ...[
      'model_length',
      'model_context_window_exceeded',
      'continuation',
      'time_limit',
      'error_limit',
      'budget_exceeded',
    ],
  ],
  filtered: [
    ...['content_filter', 'content_filtered', 'guardrail_intervened', 'moderation', 'blocked', 'error_toxic'],
    'sensitive', // Z.ai
    ...['safety', 'recitation', 'language', 'blocklist', 'prohibited_content', 'spii', 'model_armor'], // Gemini
    ...['image_safety', 'image_prohibited_content', 'image_recitation', 'escalation', 'pup_limited_disabled'],
  ],
  failed: [
    ...['error', 'failed', 'other', 'network_error', 'server_error', 'timeout', 'cancelled'],
    'abort', // vLLM
    'insufficient_system_resource', // DeepSeek
    ...['malformed_function_call', 'malformed_response', 'malformed_model_output', 'malformed_tool_use'],
    ...['unexpected_tool_call', 'too_many_tool_calls', 'missing_thought_signature', 'image_other', 'no_image'],
    'rag_query_when_rag_disabled', // Titan
  ],
  unfinished: [
    ...['pause_turn', 'compaction', 'interrupted', 'user_cancel', 'not_finished', 'finish_reason_unspecified'],
    ...['in_progress', 'queued', 'requires_continuation'],
    ...['load', 'unload'], // Ollama loaded or unloaded the model, and asked it nothing
  ],
  unknown: [],
};

const KINDS: ReadonlyMap<string, FinishKind> = new Map(
  Object.entries(WORDS).flatMap(([kind, words]) => words.map((word) => [word, kind as FinishKind] as const)),
);

/** What a word means, in lower case; undefined for a word that no provider is known to use. */
export function finishOf(word: string): FinishKind | undefined {
  return KINDS.get(word);
}
