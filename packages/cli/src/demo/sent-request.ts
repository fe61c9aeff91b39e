import type { Usage } from 'tta-observability-integration/llm';
import type { PlannedRequest } from '../workload/workload.ts';

/** What became of one request. */
export interface SentRequest {
  readonly request: PlannedRequest;
  readonly outcome: 'answered' | 'failed' | 'timeout' | 'cancelled';
  /** Who gave the answer: a model, a stored answer, or a call that another request had started. */
  readonly source: 'model' | 'cache' | 'coalesced';
  /** The model that wrote the answer, also of a stored one. */
  readonly model: string | undefined;
  readonly usage: Usage | undefined;
}
