import { type NoteFact, type WorkflowContext, withObserver } from 'tta-dev-primitives';
import type { CacheOutcome, StoreErrorReason } from 'tta-observability-integration/primitives';

/** What the cache stated about one request. */
export interface RequestFacts {
  cacheOutcome?: CacheOutcome;
}

/** A store that could not be used at some time. */
export interface StoreProblem {
  /** Why, the first time. */
  readonly reason: StoreErrorReason;
  /** How many requests had to do without it, for reading or for writing. */
  readonly requests: number;
}

/** One request, watched. */
export interface WatchedRequest {
  /** The context to send it with. */
  readonly context: WorkflowContext;
  /** Filled while the request runs. */
  readonly facts: Readonly<RequestFacts>;
}

/** Collects what caches state about the requests of one run. */
export class RequestWatch {
  #storeProblem: StoreProblem | undefined;

  /** Undefined while the store works. */
  get storeProblem(): StoreProblem | undefined {
    return this.#storeProblem;
  }

  watch(context: WorkflowContext): WatchedRequest {
    const facts: RequestFacts = {};
    const observed = withObserver(
      {
        observe: ({ kind }, run) => void run(kind === 'cache' ? this.#listener(facts) : ignore), // it never rejects
      },
      context,
    );
    return { context: observed, facts };
  }

  #listener(facts: RequestFacts): NoteFact {
    let isWithoutStore = false;
    return (name, value) => {
      if (name === 'cache.outcome') facts.cacheOutcome = value as CacheOutcome;
      else if ((name === 'cache.storeError' || name === 'cache.unavailable') && !isWithoutStore) {
        isWithoutStore = true;
        const { reason = value as StoreErrorReason, requests = 0 } = this.#storeProblem ?? {};
        this.#storeProblem = { reason, requests: requests + 1 };
      }
    };
  }
}

const ignore: NoteFact = () => {};
