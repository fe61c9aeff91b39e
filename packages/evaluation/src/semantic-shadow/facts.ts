declare module 'tta-dev-primitives' {
  interface Facts {
    /** Stated first, because every metric of a shadow has it as a label. */
    'semanticShadow.operation': string;
    /** A semantic cache with that threshold would have answered; stated once for each threshold, after the caller had the answer. */
    'semanticShadow.wouldHit': {
      readonly threshold: number;
      /** Whether the answer it would have given says the same as the one the step gave. */
      readonly verdict: SemanticVerdict;
    };
  }
}

/** What became of the comparison of two answers; `unjudged` when it could not be made. */
export type SemanticVerdict = 'agreed' | 'disagreed' | 'unjudged';
