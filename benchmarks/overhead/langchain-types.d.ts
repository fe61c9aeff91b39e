/** The part of LangChain that is measured; the types of the package do not compile under this project's options. */
interface Runnable {
  pipe(next: Runnable): Runnable;
  invoke(input: number): Promise<number>;
}

export const RunnableLambda: { from(work: (input: number) => Promise<number>): Runnable };

export class InMemoryCache {
  constructor(entries: Map<string, unknown>);
}

export class HumanMessage {
  constructor(fields: { readonly content: unknown });
}

type ChatInput = string | readonly HumanMessage[];

export class ChatOpenAI {
  constructor(options: {
    readonly apiKey: string;
    readonly model: string;
    readonly maxRetries: number;
    readonly temperature?: number;
    readonly cache?: InMemoryCache;
    readonly configuration: { readonly baseURL: string };
  });
  invoke(prompt: ChatInput, options?: { readonly signal?: AbortSignal }): Promise<object>;
  stream(prompt: ChatInput, options?: { readonly signal?: AbortSignal }): Promise<AsyncIterable<object>>;
}

export class ChatAnthropic {
  constructor(options: {
    readonly apiKey: string;
    readonly model: string;
    readonly maxRetries: number;
    readonly anthropicApiUrl: string;
  });
  invoke(prompt: string, options?: { readonly signal?: AbortSignal }): Promise<object>;
  stream(prompt: string, options?: { readonly signal?: AbortSignal }): Promise<AsyncIterable<object>>;
}
