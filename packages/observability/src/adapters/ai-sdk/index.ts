export type { TtaMetadata } from '../model/tta-metadata.ts';
export type { SdkOutput, SdkRequest } from './model-request.ts';
export type { MiddlewareOptions, RoutedModelOptions } from './options.ts';
export { routedModel } from './routed-model.ts';
export type { SdkEmbeddingModel, SdkLanguageModel } from './sdk-model.ts';
export { type TtaMiddleware, ttaMiddleware } from './tta-middleware.ts';
