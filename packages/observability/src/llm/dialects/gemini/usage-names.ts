/** How the fields of a usage are called: in the API and its clients, and in dumps of the protocol's messages. */
export interface UsageNames {
  readonly prompt: string;
  readonly toolUse: string;
  readonly cached: string;
  readonly thoughts: string;
  readonly total: string;
  /** The output, in a response and in a message of the Live API. */
  readonly output: readonly [string, string];
  readonly promptDetails: string;
  readonly toolUseDetails: string;
  readonly cachedDetails: string;
  readonly outputDetails: readonly [string, string];
  readonly tokens: string;
  readonly traffic: string;
  readonly tier: string;
}

export const CAMEL: UsageNames = {
  prompt: 'promptTokenCount',
  toolUse: 'toolUsePromptTokenCount',
  cached: 'cachedContentTokenCount',
  thoughts: 'thoughtsTokenCount',
  total: 'totalTokenCount',
  output: ['candidatesTokenCount', 'responseTokenCount'],
  promptDetails: 'promptTokensDetails',
  toolUseDetails: 'toolUsePromptTokensDetails',
  cachedDetails: 'cacheTokensDetails',
  outputDetails: ['candidatesTokensDetails', 'responseTokensDetails'],
  tokens: 'tokenCount',
  traffic: 'trafficType',
  tier: 'serviceTier',
};

export const SNAKE: UsageNames = {
  prompt: 'prompt_token_count',
  toolUse: 'tool_use_prompt_token_count',
  cached: 'cached_content_token_count',
  thoughts: 'thoughts_token_count',
  total: 'total_token_count',
  output: ['candidates_token_count', 'response_token_count'],
  promptDetails: 'prompt_tokens_details',
  toolUseDetails: 'tool_use_prompt_tokens_details',
  cachedDetails: 'cache_tokens_details',
  outputDetails: ['candidates_tokens_details', 'response_tokens_details'],
  tokens: 'token_count',
  traffic: 'traffic_type',
  tier: 'service_tier',
};

/** In the Interactions API. */
export const INTERACTION: UsageNames = {
  prompt: 'total_input_tokens',
  toolUse: 'total_tool_use_tokens',
  cached: 'total_cached_tokens',
  thoughts: 'total_thought_tokens',
  total: 'total_tokens',
  output: ['total_output_tokens', 'total_output_tokens'],
  promptDetails: 'input_tokens_by_modality',
  toolUseDetails: 'tool_use_tokens_by_modality',
  cachedDetails: 'cached_tokens_by_modality',
  outputDetails: ['output_tokens_by_modality', 'output_tokens_by_modality'],
  tokens: 'tokens',
  traffic: 'traffic_type',
  tier: 'service_tier',
};
