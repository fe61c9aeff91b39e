import type { AnyModel } from './sdk-model.ts';

/** Which addresses of files a model reads itself, by media type; the SDK downloads all others. */
type SupportedUrls = Readonly<Record<string, readonly RegExp[]>>;

/** The addresses that every model reads itself, as far as their patterns are the same. */
export async function urlsOfAll(models: readonly AnyModel[]): Promise<SupportedUrls> {
  const [first = {}, ...others] = await Promise.all(models.map(urlsOf));
  const kept = Object.entries(first).map(([type, patterns]) => {
    return [type, patterns.filter((pattern) => others.every((other) => has(other[type], pattern)))] as const;
  });
  return Object.fromEntries(kept.filter(([, patterns]) => patterns.length > 0));
}

async function urlsOf(model: AnyModel): Promise<SupportedUrls> {
  const { supportedUrls } = model as { readonly supportedUrls?: SupportedUrls | PromiseLike<SupportedUrls> };
  return (await supportedUrls) ?? {};
}

function has(patterns: readonly RegExp[] = [], { source, flags }: RegExp): boolean {
  return patterns.some((pattern) => pattern.source === source && pattern.flags === flags);
}

/** An embedding model, as the SDK asks for its limits. */
interface EmbeddingLimits {
  readonly maxEmbeddingsPerCall?: number | undefined | PromiseLike<number | undefined>;
  readonly supportsParallelCalls?: boolean | PromiseLike<boolean>;
}

/** How many texts every embedding model takes at once. */
export async function leastPerCall(models: readonly AnyModel[]): Promise<number> {
  const most = await Promise.all(models.map((model) => (model as EmbeddingLimits).maxEmbeddingsPerCall));
  return Math.min(...most.map((count) => count ?? Infinity));
}

/** Whether every embedding model takes several calls at once. */
export async function parallelCalls(models: readonly AnyModel[]): Promise<boolean> {
  const each = await Promise.all(models.map((model) => (model as EmbeddingLimits).supportsParallelCalls));
  return each.every((supports) => supports === true);
}
