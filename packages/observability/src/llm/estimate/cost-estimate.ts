/** What a request would come to on a route: tokens and money, both estimated before anything is sent. */
export interface CostEstimate {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** In US dollars; null when the price is not known. */
  readonly costUsd: number | null;
}
