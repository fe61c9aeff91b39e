import type { BreakerAdapter, LimitedStream, StreamTimeoutAdapter, TimedWork, TimeoutAdapter } from 'tta-conformance';
import { parallel, registerObserver, type Step, WorkflowContext } from 'tta-dev-primitives';
import { isStream } from 'tta-dev-primitives/internal';
import { isTimeoutError } from '../timeout-error.ts';
import { TimeoutPrimitive } from '../timeout-primitive.ts';

const run = async (work: TimedWork, { signal }: WorkflowContext): Promise<unknown> => work(signal);

/** Programs find the package as any user's does, by its name. */
function program(lines: string): string {
  return `import { TimeoutPrimitive } from 'tta-observability-integration/primitives';\n${lines}`;
}

/** `TimeoutPrimitive` as the conformance suite knows timeouts; with a breaker around it when one is given. */
export function ownTimeout(breaker?: BreakerAdapter): TimeoutAdapter {
  return {
    name: 'TimeoutPrimitive',
    can: [
      ...(['signal', 'grace', 'phases', 'outcomes', 'notify', 'dynamic', 'fallback', 'deadline', 'hooks'] as const),
      ...(['parallel', 'programs'] as const),
      ...(breaker === undefined ? [] : (['breaker'] as const)),
    ],
    hasClock: true,
    create({ idleMs, fallback, hook, onHookError, clock, ...limits }) {
      const timeout = new TimeoutPrimitive(run, {
        ...limits,
        ...(idleMs !== undefined && { stream: { idleMs } }),
        ...(fallback !== undefined && { fallback: (_: TimedWork, { signal }: WorkflowContext) => fallback(signal) }),
      });
      return {
        async run(work, { signal, remainingMs = Infinity } = {}) {
          const deadline = clock.now() + remainingMs;
          const context = new WorkflowContext({ clock, deadline, signal });
          if (hook === undefined) return timeout.execute(work, context);
          const forget = registerObserver({ observe: (_, observed) => void observed(hook) }, { onError: onHookError });
          return timeout.execute(work, context).finally(forget);
        },
        counts() {
          const { successes, lateSuccesses, errors, failures, cancelled, discarded, abandoned } = timeout.getStats();
          const success = successes - lateSuccesses;
          return {
            success,
            lateSuccess: lateSuccesses,
            error: errors,
            timeout: failures,
            cancelled,
            discarded,
            abandoned,
          };
        },
      };
    },
    isTimeout: isTimeoutError,
    parallel(branches, { graceMs, clock }) {
      const steps = branches.map(
        (work): Step<void, unknown> =>
          (_, { signal }) =>
            work(signal),
      );
      return parallel(steps, { graceMs }).execute(undefined, new WorkflowContext({ clock }));
    },
    programs: {
      quick: program(`await new TimeoutPrimitive(async () => 'v', { timeoutMs: 60_000 }).execute();`),
      hanging: program(`
        const hanging = new TimeoutPrimitive(() => new Promise(() => {}), { timeoutMs: 500, graceMs: 0 });
        await hanging.execute().catch(() => console.log('rejected'));`),
      flags: ['--conditions=tta-source'],
    },
    ...(breaker !== undefined && { breaker }),
  };
}

/** The stream limits of `TimeoutPrimitive` as the conformance suite knows them. */
export const ownStreamTimeout: StreamTimeoutAdapter = {
  name: 'TimeoutPrimitive',
  can: ['phases', 'progress', 'readable'],
  hasClock: true,
  async limit(source, { clock, ...stream }) {
    const timeout = new TimeoutPrimitive((input: LimitedStream) => input, { timeoutMs: false, stream });
    const output = await timeout.execute(source, new WorkflowContext({ clock }));
    if (!isStream(output)) throw new TypeError('the stream came back as something else');
    return output;
  },
  isTimeout: isTimeoutError,
};
