/** Names that SDKs have for providers, and OpenTelemetry's for the same. */
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

/** What an SDK calls a provider, as OpenTelemetry names it; in lower case where it has no name for it. */
export function providerNamed(told: string | undefined): string | undefined {
  const name = told?.toLowerCase();
  return name === undefined || name === '' ? undefined : (NAMES.get(name) ?? name);
}

/**
 * The same for a provider of the AI SDK, whose name goes on with what it serves: `openai.chat` is `openai`, `google.vertex.chat` is
 * `gcp.vertex_ai`.
 */
export function sdkProviderNamed(told: string): string {
  const [provider = told, part] = told.split('.');
  const name = provider.toLowerCase();
  return NAMES.get(`${name}.${part?.toLowerCase()}`) ?? NAMES.get(name) ?? provider;
}
