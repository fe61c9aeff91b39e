import type { ReportingStore } from '../../store/reporting-store.ts';

/** A store in which a lease can be kept. */
export type LeaseStore = ReportingStore & Required<Pick<ReportingStore, 'replaceIf' | 'deleteIf'>>;

/** Whether a lease can be kept in a store without one process taking away another one's. */
export function canKeepLeases(store: ReportingStore): store is LeaseStore {
  return typeof store.replaceIf === 'function' && typeof store.deleteIf === 'function';
}
