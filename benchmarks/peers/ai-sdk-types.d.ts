/** The part of the AI SDK that is put to the test; the types of its packages do not compile under this project's options. */
interface Model {
  readonly modelId: string;
}

export function createOpenAICompatible(options: { readonly name: string; readonly baseURL: string }): {
  chatModel(modelId: string): Model;
};

export function streamText(options: {
  readonly model: Model;
  readonly prompt: string;
  readonly maxRetries: number;
  readonly timeout: { readonly chunkMs: number };
  onError(): void;
}): { readonly textStream: AsyncIterable<string> };
