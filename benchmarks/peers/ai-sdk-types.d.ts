/** The part of the AI SDK that is put to the test, or used in a page; the types of its packages do not compile under this project's options. */
export interface LanguageModel {
  readonly modelId: string;
}

/** A model as a provider of the SDK makes it. */
interface ProvidedModel extends LanguageModel {
  readonly specificationVersion: 'v4';
  readonly provider: string;
  doGenerate(params: object): PromiseLike<object>;
  doStream(params: object): PromiseLike<{ readonly stream: ReadableStream<unknown> }>;
}

export interface EmbeddingModel {
  readonly specificationVersion: 'v4';
  readonly provider: string;
  readonly modelId: string;
  readonly maxEmbeddingsPerCall: unknown;
  doEmbed(params: object): PromiseLike<object>;
}

/** What a model has said of a call, by who says it. */
type ProviderMetadata = Readonly<Record<string, unknown>> | undefined;

export function embed(options: {
  readonly model: EmbeddingModel;
  readonly value: string;
  readonly maxRetries?: number;
}): Promise<{ readonly embedding: readonly number[]; readonly providerMetadata: ProviderMetadata }>;

export function embedMany(options: {
  readonly model: EmbeddingModel;
  readonly values: string[];
  readonly maxRetries?: number;
}): Promise<{ readonly embeddings: readonly (readonly number[])[] }>;

interface Schema<T> {
  readonly validate?: (value: unknown) => T;
}

export function jsonSchema<T>(schema: object): Schema<T>;

interface Tool {
  readonly description: string;
  readonly inputSchema: Schema<unknown>;
}

export function tool(options: Tool): Tool;

export const Output: { object(options: { readonly schema: Schema<unknown> }): object };

export function createOpenAICompatible(options: { readonly name: string; readonly baseURL: string }): {
  chatModel(modelId: string): LanguageModel;
};

export function createOpenAI(options: {
  readonly apiKey?: string;
  readonly baseURL?: string;
  readonly fetch?: typeof fetch;
}): ((modelId: string) => ProvidedModel) & {
  chat(modelId: string): ProvidedModel;
  embedding(modelId: string): EmbeddingModel;
};

export function createAnthropic(options: {
  readonly apiKey: string;
  readonly baseURL: string;
  readonly fetch?: typeof fetch;
}): (modelId: string) => LanguageModel;

export function createGoogle(options: {
  readonly apiKey: string;
  readonly baseURL: string;
  readonly fetch?: typeof fetch;
}): (modelId: string) => LanguageModel;

/** A text, or messages. */
type Prompt = string | readonly object[];

export function generateText(options: {
  readonly model: LanguageModel;
  readonly prompt: Prompt;
  readonly temperature?: number;
  readonly abortSignal?: AbortSignal;
  readonly maxRetries?: number;
  readonly tools?: Readonly<Record<string, Tool>>;
  readonly output?: object;
}): Promise<{
  readonly text: string;
  readonly output: unknown;
  readonly toolCalls: readonly object[];
  readonly providerMetadata: ProviderMetadata;
  readonly finishReason: string;
  readonly request: { readonly body?: unknown };
  readonly usage: object;
  readonly response: { readonly modelId: string; readonly timestamp: Date; readonly headers?: object };
}>;

export interface Part {
  readonly type: string;
  readonly timestamp?: Date | undefined;
}

export interface LanguageModelMiddleware {
  readonly specificationVersion: 'v4';
  wrapGenerate?(call: { doGenerate(): PromiseLike<object>; readonly params: object }): PromiseLike<object>;
  wrapStream?(call: {
    doStream(): PromiseLike<{ readonly stream: ReadableStream<Part> }>;
    readonly params: { readonly abortSignal?: AbortSignal; readonly prompt: object };
    readonly model: LanguageModel;
  }): PromiseLike<{ readonly stream: ReadableStream<Part> }>;
}

export function wrapLanguageModel(options: {
  readonly model: LanguageModel;
  readonly middleware: LanguageModelMiddleware;
}): LanguageModel;

export function simulateReadableStream<T>(options: {
  readonly chunks: readonly T[];
  readonly initialDelayInMs: number | null;
  readonly chunkDelayInMs: number | null;
}): ReadableStream<T>;

export function wrapEmbeddingModel(options: {
  readonly model: EmbeddingModel;
  readonly middleware: { readonly specificationVersion: 'v4' };
}): EmbeddingModel;

export function streamText(options: {
  readonly model: LanguageModel;
  readonly prompt: Prompt;
  readonly temperature?: number;
  readonly maxRetries?: number;
  readonly abortSignal?: AbortSignal;
  readonly timeout?: { readonly chunkMs?: number; readonly firstChunkMs?: number };
  onError?(): void;
}): {
  readonly text: PromiseLike<string>;
  readonly textStream: AsyncIterable<string>;
  readonly finishReason: PromiseLike<string>;
  readonly usage: PromiseLike<object>;
  readonly fullStream: AsyncIterable<unknown>;
  readonly response: PromiseLike<{ readonly timestamp: Date }>;
  readonly providerMetadata: PromiseLike<ProviderMetadata>;
  toUIMessageStreamResponse(): Response;
};

/** What `createOpenAI()` gives. */
export const openai: ReturnType<typeof createOpenAI>;
