/** The ends of the hosts of providers, and the names of providers in the conventions of OpenTelemetry. */
const HOSTS: readonly (readonly [end: string, provider: string])[] = [
  ['api.openai.com', 'openai'],
  ['openai.azure.com', 'azure.ai.openai'],
  ['services.ai.azure.com', 'azure.ai.inference'],
  ['api.anthropic.com', 'anthropic'],
  ['generativelanguage.googleapis.com', 'gcp.gemini'],
  ['aiplatform.googleapis.com', 'gcp.vertex_ai'],
  ['api.groq.com', 'groq'],
  ['api.mistral.ai', 'mistral_ai'],
  ['api.deepseek.com', 'deepseek'],
  ['api.cohere.com', 'cohere'],
  ['api.x.ai', 'x_ai'],
  ['api.perplexity.ai', 'perplexity'],
  ['openrouter.ai', 'openrouter'],
  ['api.together.xyz', 'together'],
  ['api.fireworks.ai', 'fireworks'],
];

/** Regions and accounts stand before the name of a host: `europe-west1-aiplatform.googleapis.com`, `acme.openai.azure.com`. */
const BEFORE: ReadonlySet<string | undefined> = new Set([undefined, '.', '-']);

/** Who serves an address, by its host; undefined for any other host, such as that of a gateway. */
export function providerAt(url: string | undefined): string | undefined {
  const host = url === undefined ? undefined : /^https?:\/\/([^/:?#]+)/.exec(url)?.[1];
  if (host === undefined) return undefined;
  return HOSTS.find(([end]) => host.endsWith(end) && BEFORE.has(host[host.length - end.length - 1]))?.[1];
}
