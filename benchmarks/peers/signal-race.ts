import type { TimeoutAdapter } from 'tta-conformance';

/** What one writes without a library: a race between the work and `AbortSignal.timeout`. */
export const signalRace: TimeoutAdapter = {
  name: 'signal race',
  can: ['signal'],
  create: ({ timeoutMs }) => ({
    run(work, { signal: caller } = {}) {
      const expiry = AbortSignal.timeout(Number(timeoutMs));
      const signal = caller === undefined ? expiry : AbortSignal.any([caller, expiry]);
      const expired = new Promise<never>((_, reject) => {
        if (signal.aborted) reject(signal.reason);
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
      return Promise.race([work(signal), expired]);
    },
  }),
  isTimeout: (error) => error instanceof DOMException && error.name === 'TimeoutError',
};
