/** Names that SDKs have for providers, and OpenTelemetry's for the same. The dots of the AI SDK part a provider from what it serves. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['amazon-bedrock', 'aws.bedrock'],
  ['amazon_bedrock', 'aws.bedrock'],
  ['amazonbedrock', 'aws.bedrock'],
  ['azure', 'azure.ai.openai'],
  ['azure-openai', 'azure.ai.openai'],
  ['azureopenai', 'azure.ai.openai'],
  ['bedrock', 'aws.bedrock'],
  ['google', 'gcp.gemini'],
  ['google.vertex', 'gcp.vertex_ai'],
  ['google_genai', 'gcp.gemini'],
  ['google_vertexai', 'gcp.vertex_ai'],
  ['googlegenerativeai', 'gcp.gemini'],
  ['googlevertex', 'gcp.vertex_ai'],
  ['mistral', 'mistral_ai'],
  ['mistralai', 'mistral_ai'],
  ['moonshotai', 'moonshot_ai'],
  ['togetherai', 'together'],
  ['vertex', 'gcp.vertex_ai'],
  ['vertexai', 'gcp.vertex_ai'],
  ['xai', 'x_ai'],
]);

/**
 * What an SDK calls a provider, as OpenTelemetry names it, or as the SDK does where it has no name: `openai.chat` is `openai`,
 * `google.vertex.chat` is `gcp.vertex_ai`.
 */
export function providerNamed(told: string | undefined): string | undefined {
  const [provider, part] = told?.toLowerCase().split('.') ?? [];
  if (provider === undefined || provider === '') return undefined;
  return NAMES.get(`${provider}.${part}`) ?? NAMES.get(provider) ?? provider;
}
