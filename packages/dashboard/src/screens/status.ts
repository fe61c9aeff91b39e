import type { Observations } from '../data/observations.ts';
import type { Status } from '../wire/index.ts';
import { bannersOf } from './banners.ts';

export function readStatus(observations: Observations, problems: readonly string[]): Status {
  const { now, startedAtMs, source, log, running, rate, lastRequestAtMs, routes, kept, autoRange } = observations;
  return {
    nowAtMs: now(),
    startedAtMs,
    source,
    requests: log.lastSeq,
    autoRange,
    running,
    requestsPerSecond: rate.at(now()),
    ...(lastRequestAtMs !== undefined && { lastRequestAtMs }),
    routes: routes.all,
    banners: bannersOf(observations, problems),
    kept,
  };
}
