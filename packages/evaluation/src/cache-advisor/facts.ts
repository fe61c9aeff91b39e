declare module 'tta-dev-primitives' {
  interface Facts {
    /** Stated first, because every metric of an advisor has it as a label. */
    'cacheAdvisor.operation': string;
    /** What caches would have made of a request, stated when its answer has ended. */
    'cacheAdvisor.request': {
      /** The lives, in milliseconds, with which a cache would have answered it. */
      readonly hitWithinMs: readonly number[];
      /** What its answer cost, in US dollars; undefined when that is not known. */
      readonly costUsd: number | undefined;
    };
  }
}

export {};
