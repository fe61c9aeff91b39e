import type { SeenRequest } from './seen-request.ts';

/** An answer from a cache, with the model that had made it and the route that asks that model now, as far as they are known. */
export function withMaker(request: SeenRequest, routeOf: (model: string) => string | undefined): SeenRequest {
  if (request.answeredBy !== 'cache' || request.route !== undefined) return request;
  const model = request.lookups.find((lookup) => lookup.model !== undefined)?.model;
  return model === undefined ? request : { ...request, model, route: routeOf(model) };
}
