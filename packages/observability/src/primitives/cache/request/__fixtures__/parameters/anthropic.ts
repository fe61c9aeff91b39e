import type Anthropic from '@anthropic-ai/sdk';
import { inKey, type Parameters, required, serverState, withoutEffect } from './parameter.ts';

const tool: Anthropic.Tool = {
  name: 'weather',
  input_schema: { type: 'object', properties: { place: { type: 'string' } } },
};

/** The parameters that both versions of the Messages API have. */
const common = {
  max_tokens: required(1_024, 1_025),
  messages: required<Anthropic.MessageParam[]>(
    [{ role: 'user', content: 'What is a café?' }],
    [{ role: 'user', content: 'What is a cafe?' }],
    [
      { role: 'user', content: 'a' },
      { role: 'assistant', content: 'b' },
      { role: 'user', content: 'c' },
    ],
    [{ role: 'user', content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAEC' } }] }],
    [{ role: 'user', content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAED' } }] }],
  ),
  model: required<Anthropic.Model>('claude-sonnet-5', 'claude-opus-5'),
  cache_control: inKey<{ type: 'ephemeral'; ttl?: '5m' | '1h' }>(
    { type: 'ephemeral' },
    { type: 'ephemeral', ttl: '1h' },
  ),
  container: serverState<string>('container_1'),
  diagnostics: inKey<{ previous_message_id: string | null }>(
    { previous_message_id: null },
    { previous_message_id: 'msg_1' },
  ),
  inference_geo: inKey<string | null>('eu', 'us'),
  metadata: withoutEffect<Anthropic.Metadata>({ user_id: 'u1' }, { user_id: 'u2' }),
  service_tier: withoutEffect<'auto' | 'standard_only'>('auto', 'standard_only'),
  speed: inKey<'standard' | 'fast' | null>('standard', 'fast'),
  stop_sequences: inKey<string[]>(['END'], ['END', 'STOP']),
  stream: withoutEffect<false>(false),
  system: inKey<string | Anthropic.TextBlockParam[]>(
    'Be brief.',
    'Be long.',
    [{ type: 'text', text: 'Be brief.' }],
    [
      { type: 'text', text: 'Be' },
      { type: 'text', text: 'brief.' },
    ],
  ),
  thinking: inKey<{ type: 'enabled'; budget_tokens: number } | { type: 'disabled' }>(
    { type: 'enabled', budget_tokens: 1_024 },
    { type: 'enabled', budget_tokens: 2_048 },
    { type: 'disabled' },
  ),
  tool_choice: inKey<{ type: 'auto' } | { type: 'tool'; name: string }>(
    { type: 'auto' },
    { type: 'tool', name: 'weather' },
  ),
  tools: inKey<Anthropic.Tool[]>([tool], [{ ...tool, description: 'Tells it' }], [tool, { ...tool, name: 'noon' }]),
  user_profile_id: inKey('p1', 'p2'),
  workspace_id: inKey('w1', 'w2'),
};

export const messageParameters: Parameters<Anthropic.MessageCreateParamsNonStreaming> = {
  ...common,
  output_config: inKey<Anthropic.OutputConfig>(
    { effort: 'low' },
    { effort: 'high' },
    { format: { type: 'json_schema', schema: {} } },
  ),
};

export const betaMessageParameters: Parameters<Anthropic.Beta.Messages.MessageCreateParamsNonStreaming> = {
  ...common,
  output_config: inKey<Anthropic.Beta.Messages.BetaOutputConfig>({ effort: 'low' }, { effort: 'high' }),
  billing_policy: inKey<Anthropic.Beta.Messages.BetaBillingPolicy | null>(
    { type: 'x', bill_to: 'self' } as never,
    null,
  ),
  compaction: inKey<Anthropic.Beta.Messages.BetaCompactionConfig | null>({ type: 'enabled' } as never, null),
  context_management: inKey<Anthropic.Beta.Messages.BetaContextManagementConfig | null>(
    { edits: [] },
    { edits: [{ type: 'clear_tool_uses_20250919' }] },
  ),
  fallback_credit_token: inKey<string>('t1', 't2'),
  fallbacks: inKey<'default' | null>('default', null),
  mcp_servers: inKey<Anthropic.Beta.Messages.BetaRequestMCPServerURLDefinition[]>(
    [{ type: 'url', name: 'a', url: 'https://a' }],
    [{ type: 'url', name: 'a', url: 'https://b' }],
  ),
  output_format: inKey<Anthropic.Beta.Messages.BetaJSONOutputFormat | null>(
    { type: 'json_schema', schema: {} },
    { type: 'json_schema', schema: { type: 'object' } },
  ),
  thread: serverState<Anthropic.Beta.Messages.BetaMessageThreadParam | null>({ type: 'create' }),
  betas: inKey<Anthropic.Beta.AnthropicBeta[]>(['context-1m-2025-08-07'], ['interleaved-thinking-2025-05-14']),
};
