export { type ContextFromRequestOptions, contextFromRequest, type FromRequest } from './context-from-request.ts';
export type { ErrorProtocol } from './error-protocol.ts';
export type { IncomingRequest } from './incoming-request.ts';
export { sendResponse } from './send-response.ts';
export { streamResponse } from './stream-response.ts';
export { type ToResponseOptions, toResponse } from './to-response.ts';
