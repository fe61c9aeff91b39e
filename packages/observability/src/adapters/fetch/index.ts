export type { FetchRequest } from './fetch-call.ts';
export type { FetchOptions, FetchRoute } from './fetch-options.ts';
export type { FetchTarget } from './target.ts';
export { type TtaFetch, ttaFetch } from './tta-fetch.ts';
export { UnreadStreamError } from './unread-stream-error.ts';
