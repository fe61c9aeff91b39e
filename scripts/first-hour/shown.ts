/** What the first program of each section prints, by the title of the section. */
export const SHOWN: Readonly<Record<string, RegExp>> = {
  '3. Make your first call': /cacheOutcome: 'miss'.*savedUsd: 0\.\d+.*cacheOutcome: 'hit',\s+costUsd: 0,/s,
  '4. Share answers in Redis': /^(?:miss|hit)$/m,
  '5. Send telemetry': /^active http:\/\/.*cache_misses_total\{operation="fetch"\} 1\n/ms,
  OpenAI: /cacheOutcome: 'miss'.*savedUsd: 0\.\d+.*cacheOutcome: 'hit',\s+costUsd: 0,/s,
  Anthropic: /cacheOutcome: 'miss'.*savedUsd: 0\.\d+.*cacheOutcome: 'hit',\s+costUsd: 0,/s,
  Google: /cacheOutcome: 'miss'.*savedUsd: 0\.\d+.*cacheOutcome: 'hit',\s+costUsd: 0,/s,
  'AI SDK': /route: 'small'.*savedUsd: 0\.\d+.*cacheOutcome: 'hit',\s+costUsd: 0,/s,
  LangChain: /route: 'small'.*savedUsd: 0\.\d+.*cacheOutcome: 'hit',\s+costUsd: 0,/s,
  'Amazon Bedrock': /cacheOutcome: 'miss',\s+costUsd: 0\.\d+.*cacheOutcome: 'hit',\s+costUsd: 0 /s,
  'Plain fetch': /cacheOutcome: 'miss'.*savedUsd: 0\.\d+.*cacheOutcome: 'hit',\s+costUsd: 0,/s,
};
