export type { TtaMetadata } from '../model/tta-metadata.ts';
export type { ChainAnswer, ChainMethod, ChainRequest } from './chain-call.ts';
export { type FromRunnableOptions, fromRunnable } from './from-runnable.ts';
export { observe } from './observe.ts';
export type { ObserveOptions, RoutedChatModelOptions } from './options.ts';
export type { PlainMessage } from './plain-message.ts';
export { type RoutedCallOptions, RoutedChatModel, type RouteModel, routedChatModel } from './routed-chat-model.ts';
export { PrimitiveRunnable, type ToRunnableOptions, toRunnable } from './to-runnable.ts';
export { TtaCallbacks, type TtaCallbacksOptions, ttaCallbacks } from './tta-callbacks.ts';
