import { type NoteFact, type Observer, registerObserver, type WorkflowContext } from 'tta-dev-primitives';
import type { CacheOutcome, StoreErrorReason, TimeoutOutcome } from 'tta-observability-integration/primitives';

/** What the primitives stated about one request. */
export interface RequestFacts {
  cacheOutcome?: CacheOutcome;
  timeoutOutcome?: TimeoutOutcome;
}

/** Listens to what the primitives state, beside whoever else does. */
export interface FactsListener {
  /** The first reason for which the store could not be used; undefined while it works. */
  readonly storeProblem: StoreErrorReason | undefined;
  stop(): void;
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

/** Listens until it is stopped. */
export function listenForFacts(): FactsListener {
  let storeProblem: StoreErrorReason | undefined;
  const observer: Observer = {
    observe({ kind, context }, run) {
      if (kind !== 'cache' && kind !== 'timeout') {
        void run(ignore); // it never rejects
        return;
      }
      const facts = factsOf(context);
      void run((name, value) => {
        if (name === 'cache.outcome') facts.cacheOutcome = value as CacheOutcome;
        else if (name === 'timeout.outcome') facts.timeoutOutcome = value as TimeoutOutcome;
        else if (name === 'cache.storeError') storeProblem ??= value as StoreErrorReason;
      });
    },
  };
  const stop = registerObserver(observer);
  return {
    get storeProblem() {
      return storeProblem;
    },
    stop,
  };
}

const ignore: NoteFact = () => {};
