/** How a cascade came to its answer: a cheap stage gave it, the last one did, or only the last one was asked. */
export type CascadeOutcome = 'accepted' | 'escalated' | 'switched_off';

/** Why the answer of a stage was not accepted. */
export type RejectionReason =
  /** The model was cut short, or filtered. */
  | 'incomplete'
  | 'empty'
  | 'refusal'
  | 'not_json'
  | 'schema'
  | 'pattern'
  | 'number'
  | 'arithmetic'
  /** Two stages answered differently, or one of them with nothing to compare. */
  | 'disagreement'
  /** No answer came often enough. */
  | 'no_majority'
  /** A learned verifier does not trust it. */
  | 'unsure'
  /** A rule of the user's own. */
  | 'custom'
  /** The stage failed. */
  | 'error'
  /** The rule that was to judge it failed. */
  | 'judge_error';

/** The result of a check of an accepted answer: the last stage agrees, or differs, or differs and the answers were not graded. */
export type CheckOutcome = 'same' | 'differs' | 'not_graded';

/** What is known of the quality of accepted answers: nothing, that graded rows show it, or that checks show a loss. */
export type QualityState = 'unknown' | 'shown' | 'lost';

declare module 'tta-dev-primitives' {
  interface Facts {
    /** Stated first, because every metric of a cascade is told apart by it. */
    'cascade.operation': string;
    /** The stage that is asked now; the last one stated is the one that answered. */
    'cascade.stage': string;
    /** Why the answer of that stage was not accepted. */
    'cascade.rejection': RejectionReason;
    'cascade.outcome': CascadeOutcome;
    /**
     * What the last stage would have cost less what all calls cost, in US dollars; negative for an answer that took more calls than
     * one. Where the last stage was not asked it is an estimate: the same tokens at its price.
     */
    'cascade.savedUsd': number;
    /** An answer whose cost, or whose cost at the last stage, is not known; it is counted, never guessed. */
    'cascade.unpriced': true;
    /** An accepted answer that the last stage was asked about too, and whether both say the same. */
    'cascade.check': CheckOutcome;
    /** What is known of the quality of accepted answers; stated with every request that is compared or promised, and when it changes. */
    'cascade.quality': QualityState;
    /** The share of the last stage's quality that graded rows show to be kept. */
    'cascade.promisedShare': number;
    /** Whether the cheap stages are asked at all; stated with every request, and again when that changes. */
    'cascade.enabled': boolean;
  }
}
