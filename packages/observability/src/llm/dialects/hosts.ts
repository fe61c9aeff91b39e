/** The hosts of providers, without what may stand before them, and the names of providers: those of OpenTelemetry where it has one. */
const HOSTS: readonly (readonly [host: RegExp, provider: string])[] = [
  at('api.openai.com', 'openai'),
  at('openai.azure.com', 'azure.ai.openai'),
  at('cognitiveservices.azure.com', 'azure.ai.openai'),
  at('services.ai.azure.com', 'azure.ai.inference'),
  at('api.anthropic.com', 'anthropic'),
  at('generativelanguage.googleapis.com', 'gcp.gemini'),
  [/(?:^|[.-])aiplatform(?:\.[\w-]+\.rep)?\.googleapis\.com$/, 'gcp.vertex_ai'],
  [
    /(?:^|\.)bedrock-(?:runtime|mantle)(?:-fips)?\.[\w-]+\.(?:vpce\.)?(?:amazonaws\.com(?:\.cn)?|api\.aws)$/,
    'aws.bedrock',
  ],
  at('api.groq.com', 'groq'),
  at('mistral.ai', 'mistral_ai'),
  at('api.deepseek.com', 'deepseek'),
  [/(?:^|\.)api\.cohere\.(?:com|ai)$/, 'cohere'],
  at('api.x.ai', 'x_ai'),
  at('api.perplexity.ai', 'perplexity'),
  at('openrouter.ai', 'openrouter'),
  [/(?:^|\.)api\.together\.(?:xyz|ai)$/, 'together'],
  at('api.fireworks.ai', 'fireworks'),
  at('api.cerebras.ai', 'cerebras'),
  [/(?:^|\.)api\.moonshot\.(?:ai|cn)$/, 'moonshot_ai'],
  [/(?:^|\.)api\.minimaxi?\.(?:io|com)$/, 'minimax'],
  at('api.voyageai.com', 'voyageai'),
  at('api.z.ai', 'zai'),
  at('open.bigmodel.cn', 'zhipuai'),
  at('api.novita.ai', 'novita'),
  at('inference.baseten.co', 'baseten'),
  at('api.deepinfra.com', 'deepinfra'),
  at('api.sambanova.ai', 'sambanova'),
  at('integrate.api.nvidia.com', 'nvidia'),
  at('router.huggingface.co', 'huggingface'),
  at('models.github.ai', 'github'),
  at('ai-gateway.vercel.sh', 'vercel'),
  [/^dashscope[\w-]*\.aliyuncs\.com$/, 'dashscope'],
];

/** An account or a region may stand before a host: `acme.openai.azure.com`, `eu.api.openai.com`. */
function at(host: string, provider: string): readonly [RegExp, string] {
  return [new RegExp(`(?:^|\\.)${host.replaceAll('.', '\\.')}$`), provider];
}

/** Who serves an address, by its host; undefined for any other host, such as that of a gateway. */
export function providerAt(url: string | undefined): string | undefined {
  const host =
    url === undefined
      ? undefined
      : /^https?:\/\/(?:[^/?#]*@)?([^/:?#]+?)\.?(?:[/:?#]|$)/i.exec(url)?.[1]?.toLowerCase();
  if (host === undefined) return undefined;
  return HOSTS.find(([pattern]) => pattern.test(host))?.[1];
}
