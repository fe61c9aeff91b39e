/** What each example shows, in words that it prints. */
export const SHOWN: Readonly<Record<string, RegExp>> = {
  'anthropic.ts': /Hello you\n.*model: 'claude-opus-5-5'.*inputTokens: 1000, outputTokens: 100/s,
  'bedrock.ts': /Hello you \(the first time: miss, cost \$0\.\d+\)\nHello you \(the second time: hit, cost \$0\)/,
  'cache-advice.ts': /answered 27 of 30 requests .*\n.*1 of them wrongly/s,
  'cache-freshness.ts':
    /HIT .*BYPASS .*edition 2\n.*STALE .*edition 2\n.*HIT .*edition 3\n.*STALE .*edition 3\n.*MISS .*overloaded/s,
  'cache.ts': /10\/13 hits/,
  'ai-sdk.ts':
    /Hello you \(small, miss, cost \$0\.\d+, saved \$0\.\d+\).*Hello you \(stored, hit, cost \$0, saved \$0\.\d+\)/s,
  'cascade.ts': /90 \* 90 = 8100, says gpt-4o\n.*cheap 2, large 1/s,
  'cassette.ts': /2 answers on the cassette\n.*"Why\?"\nWhen\? is NotCachedError/s,
  'certified-cascade.ts':
    /700 \+ 2 is certain\.\n.*701 \+ 2 = 703, I am sure\.\nkeeps at least 95\.0 % .*mini 1, large 1/s,
  'compose.ts': /words: 4, isLoud: true, reply: 'Thank you!'/,
  'express.ts': /^Hello you\nHello you\nRateLimitError 429 fetch: the limit is reached: 2 requests a minute/,
  'fastify.ts': /^200 text\/event-stream.*Hello.* you.*502 \{.*code: ['"]authentication/s,
  'hono.ts': /^200 .*Hello.* you.*504 \{.*code: ['"]ERR_TTA_TIMEOUT.*TimeoutError\n.*client has left: 1/s,
  'nextjs.ts': /^200 .*Hello.* you.*429 \{.*code: ['"]ERR_TTA_LIMIT/s,
  'google.ts': /Hello you \(by gemini-2.5-flash-lite\)/,
  'http-server.ts': /200 You asked: hello\n.*504 too slow\n401 without a tenant\n.*cancelled by their clients: 1\n/s,
  'langchain.ts':
    /Hello you \(the first time: miss, cost \$0\.\d+, .*Hello you \(the second time: hit, cost \$0, saved \$0\.\d+\)/s,
  'langgraph.ts':
    /Hello you \(the first time: miss, saved \$0\.\d+\).*Hello you \(the second time: hit, saved \$0\.\d+\)/s,
  'limits.ts':
    /acme: 429 chat: the limit is reached: 100 tokens a minute.*\ninitech: .*4 allowed, 2 refused, 60 tokens/s,
  'observability.ts': /timeout_successes_total\{operation="answer"\} 1\n/,
  'openai.ts':
    /Hello you \(the first time: miss, cost \$0\.\d+, .*Hello you \(the second time: hit, cost \$0, saved \$0\.\d+\)/s,
  'quickstart.ts': /cache_hits_total\{operation="answer"\} 1\n/,
  'router-strategies.ts': /down: answered by gpt-4o\nacme has had 2 answers for .* of \$0.01\n/s,
  'routing-shadow.ts': /promise broken.*\nBeats chance at the same spend: no.*\n.*200 rows/s,
  'report.ts': /gpt-4o-mini failed overloaded\n {2}gpt-4o failed .*\n {2}gpt-4o answered .*cache hit.*status: 503/s,
  'router.ts': /small 2 taken, .*large 1 taken/s,
  'timeout.ts': /TimeoutError \(hard\).*TimeoutError \(idle\)/s,
};

/** Where the SDKs look for the server and the key. */
export function providerEnv(url: string): Record<string, string> {
  const keys = { OPENAI_API_KEY: 'none', ANTHROPIC_API_KEY: 'none', GEMINI_API_KEY: 'none' };
  const aws = { AWS_ACCESS_KEY_ID: 'none', AWS_SECRET_ACCESS_KEY: 'none', AWS_REGION: 'us-east-1' };
  return {
    ...keys,
    ...aws,
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: url,
    OPENAI_BASE_URL: `${url}/v1`,
    ANTHROPIC_BASE_URL: url,
    GOOGLE_GEMINI_BASE_URL: url,
  };
}
