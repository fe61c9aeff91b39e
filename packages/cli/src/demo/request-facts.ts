import { type NoteFact, type Observer, registerObserver, type WorkflowContext } from 'tta-dev-primitives';
import type { CacheOutcome, StoreErrorReason, TimeoutOutcome } from 'tta-observability-integration/primitives';

/** What the primitives stated about one request. */
export interface RequestFacts {
  cacheOutcome?: CacheOutcome;
  timeoutOutcome?: TimeoutOutcome;
  /** What all complete model calls for it cost, in US dollars, where they are counted one by one. */
  callsUsd?: number;
}

/** A store that could not be used at some time. */
export interface StoreProblem {
  /** Why, the first time. */
  readonly reason: StoreErrorReason;
  /** How many requests had to do without it, for reading or for writing. */
  readonly requests: number;
}

/** Listens to what the primitives state, beside whoever else does. */
export interface FactsListener extends Disposable {
  /** Undefined while the store works. */
  readonly storeProblem: StoreProblem | undefined;
}

const FACTS = 'tta-cli.request-facts';

/** The facts of the request that a context belongs to. */
export function factsOf(context: WorkflowContext): RequestFacts {
  const known = context.state.get(FACTS) as RequestFacts | undefined;
  if (known !== undefined) return known;
  const facts: RequestFacts = {};
  context.state.set(FACTS, facts);
  return facts;
}

/** Starts listening; dispose of what it gives to stop. */
export function listenForFacts(): FactsListener {
  let storeProblem: StoreProblem | undefined;
  const observer: Observer = {
    observe({ kind, context }, run) {
      if (kind !== 'cache' && kind !== 'timeout') {
        void run(ignore); // it never rejects
        return;
      }
      const facts = factsOf(context);
      let isWithoutStore = false;
      void run((name, value) => {
        if (name === 'cache.outcome') facts.cacheOutcome = value as CacheOutcome;
        else if (name === 'timeout.outcome') facts.timeoutOutcome = value as TimeoutOutcome;
        else if ((name === 'cache.storeError' || name === 'cache.unavailable') && !isWithoutStore) {
          isWithoutStore = true;
          const { reason = value as StoreErrorReason, requests = 0 } = storeProblem ?? {};
          storeProblem = { reason, requests: requests + 1 };
        }
      });
    },
  };
  const stop = registerObserver(observer);
  return {
    get storeProblem() {
      return storeProblem;
    },
    [Symbol.dispose]: stop,
  };
}

const ignore: NoteFact = () => {};
