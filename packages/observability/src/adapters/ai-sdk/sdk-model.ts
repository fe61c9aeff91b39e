/**
 * The shapes of the AI SDK that the adapter touches, version 4 of its specification. They stand here because the SDK is not a dependency.
 */
export interface SdkParams {
  readonly abortSignal?: AbortSignal | undefined;
  readonly prompt?: unknown;
}

/** An answer, whole. */
export interface SdkAnswer {
  readonly providerMetadata?: object | undefined;
  readonly request?: object | undefined;
  readonly response?: object | undefined;
}

/** An answer as a stream of parts. */
export interface SdkStream {
  readonly stream: ReadableStream<unknown>;
  readonly request?: object | undefined;
  readonly response?: object | undefined;
}

interface SdkModel {
  readonly provider: string;
  readonly modelId: string;
}

/** A language model of the AI SDK. */
export interface SdkLanguageModel extends SdkModel {
  readonly specificationVersion: 'v4';
  doGenerate(params: never): PromiseLike<SdkAnswer>;
  doStream(params: never): PromiseLike<SdkStream>;
}

/** An embedding model of the AI SDK. */
export interface SdkEmbeddingModel extends SdkModel {
  readonly specificationVersion: 'v4';
  doEmbed(params: never): PromiseLike<SdkAnswer>;
}

/** What of a model answers: generate, stream or embed. */
export type SdkMethod = 'generate' | 'stream' | 'embed';

/** Any model whose methods are called by name. */
export type AnyModel = SdkModel & {
  readonly doGenerate?: (params: object) => PromiseLike<SdkAnswer>;
  readonly doStream?: (params: object) => PromiseLike<SdkStream>;
  readonly doEmbed?: (params: object) => PromiseLike<SdkAnswer>;
};
