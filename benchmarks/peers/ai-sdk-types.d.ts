/** The part of the AI SDK that is put to the test, or used in a page; the types of its packages do not compile under this project's options. */
export interface LanguageModel {
  readonly modelId: string;
}

export interface EmbeddingModel extends LanguageModel {
  readonly maxEmbeddingsPerCall: unknown;
}

export function embed(options: {
  readonly model: EmbeddingModel;
  readonly value: string;
}): Promise<{ readonly embedding: readonly number[] }>;

export function createOpenAICompatible(options: { readonly name: string; readonly baseURL: string }): {
  chatModel(modelId: string): LanguageModel;
};

export function createOpenAI(options: {
  readonly apiKey: string;
  readonly baseURL: string;
  readonly fetch?: typeof fetch;
}): ((modelId: string) => LanguageModel) & {
  chat(modelId: string): LanguageModel;
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

export function generateText(options: {
  readonly model: LanguageModel;
  readonly prompt: string;
  readonly abortSignal?: AbortSignal;
  readonly maxRetries?: number;
}): Promise<{
  readonly text: string;
  readonly finishReason: string;
  readonly usage: object;
  readonly response: { readonly modelId: string; readonly timestamp: Date };
}>;

interface Part {
  readonly type: string;
  readonly timestamp?: Date | undefined;
}

export interface LanguageModelMiddleware {
  readonly specificationVersion: 'v4';
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

export function streamText(options: {
  readonly model: LanguageModel;
  readonly prompt: string;
  readonly maxRetries: number;
  readonly abortSignal?: AbortSignal;
  readonly timeout?: { readonly chunkMs?: number; readonly firstChunkMs?: number };
  onError(): void;
}): {
  readonly text: PromiseLike<string>;
  readonly textStream: AsyncIterable<string>;
  readonly fullStream: AsyncIterable<unknown>;
};
