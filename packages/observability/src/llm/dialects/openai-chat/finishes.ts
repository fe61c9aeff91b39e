import type { FinishKind } from '../answer-reading.ts';

/** Why providers of this dialect say that a choice ended, in lower case. Gateways hand on the words of the model's own provider. */
export const CHAT_FINISHES: Readonly<Record<string, FinishKind>> = {
  stop: 'complete',
  eos: 'complete', // Together
  eos_token: 'complete',
  stop_sequence: 'complete',
  end_turn: 'complete',
  complete: 'complete',
  refusal: 'complete',
  tool_calls: 'tools',
  function_call: 'tools',
  tool_use: 'tools',
  tool_call: 'tools',
  length: 'cut',
  max_tokens: 'cut',
  max_output_tokens: 'cut',
  model_length: 'cut', // Mistral
  model_context_window_exceeded: 'cut',
  max_completion_tokens: 'cut',
  token_limit: 'cut',
  incomplete: 'cut',
  content_filter: 'filtered',
  content_filtered: 'filtered',
  guardrail_intervened: 'filtered',
  safety: 'filtered',
  recitation: 'filtered',
  blocklist: 'filtered',
  prohibited_content: 'filtered',
  spii: 'filtered',
  sensitive: 'filtered', // Z.ai
  moderation: 'filtered',
  blocked: 'filtered',
  error: 'failed',
  abort: 'failed', // vLLM
  network_error: 'failed',
  server_error: 'failed',
  timeout: 'failed',
  cancelled: 'failed',
  insufficient_system_resource: 'failed', // DeepSeek
  malformed_function_call: 'failed',
  unexpected_tool_call: 'failed',
  other: 'failed',
  pause_turn: 'unfinished',
};
