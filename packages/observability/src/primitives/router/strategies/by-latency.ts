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
 * Takes the route that begins its answers soonest: the time to the first chunk of a stream, to the whole answer otherwise, as a
 * percentile over its newest answers of the last five minutes. Requests with `stream: true` are compared apart from all others. Of routes
 * that are about equally fast it takes the least busy one.
 *
 * A route of which nothing is known, not taken for five minutes, say, is tried by one request at a time (`latency_probe`). Failures
 * are no latencies: a route that fails fast is not fast. A request that was given up before its answer began shows that the route takes at
 * least as long.
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
