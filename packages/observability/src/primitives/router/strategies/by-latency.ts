import { numberOption, type OptionRules, readOptions } from 'tta-dev-primitives/internal';
import { asksForStream } from '../live/route-latencies.ts';
import type { RouteCandidate } from '../routes.ts';
import type { RoutingStrategy } from '../strategy.ts';
import { inOrderOf, leastBusyFirst } from './ranking.ts';

export interface LatencyOptions {
  /** The percentile of the newest latencies that is compared, above 0 and at most 100. @defaultValue 90 */
  readonly percentile?: number | undefined;
  /** Routes slower than the fastest by no more than this share of it count as equally fast, and share the load. @defaultValue 0.1 */
  readonly tolerance?: number | undefined;
}

const RULES = {
  percentile: numberOption({ above: 0, atMost: 100 }, 90),
  tolerance: numberOption({ atLeast: 0 }, 0.1),
} satisfies OptionRules<LatencyOptions>;

/**
 * Picks the route that starts answering first. Compares a percentile of each route's newest answers from the last five minutes:
 * the time to the first chunk of a stream, or to the whole answer. Streams are compared only with streams. Among routes that are
 * about equally fast, picks the least busy one.
 *
 * A route without measurements, for example after five idle minutes, gets one request at a time (`latency_probe`). Failures do
 * not count as latencies: a route that fails fast is not fast. A request that was given up before its answer began shows that the
 * route takes at least that long.
 */
export function byLatency(options: LatencyOptions = {}): RoutingStrategy<unknown> {
  const { percentile, tolerance } = readOptions('byLatency', options, RULES);
  return {
    name: 'byLatency',
    reasons: ['latency', 'latency_probe'],
    decide(input, context, candidates, _prompt, claim) {
      const isStreamed = asksForStream(input);
      const latencyOf = (route: RouteCandidate): number => route.latencyMs(percentile, context, isStreamed) ?? Infinity;
      const ranked = inOrderOf(candidates, latencyOf);
      const among = ranked.map(({ name }) => name);
      const [fastest] = ranked;
      if (fastest === undefined) return undefined;
      const asFastMs = fastest.rank * (1 + tolerance);
      const unknown = candidates.filter(
        (route) => latencyOf(route) === Infinity && (route.unansweredMs(context, isStreamed) ?? 0) <= asFastMs,
      );
      const [idle] = leastBusyFirst(unknown);
      const isWorthProbe = idle !== undefined && (idle.inFlight === 0 || unknown.length === candidates.length);
      if (isWorthProbe) {
        claim?.(idle.name);
        return { route: idle.name, reason: 'latency_probe', among };
      }
      const [route = fastest] = leastBusyFirst(candidates.filter((each) => latencyOf(each) <= asFastMs));
      claim?.(route.name);
      return { route: route.name, reason: 'latency', among };
    },
  };
}
