import type { ReportingStore } from '../../store/reporting-store.ts';

/** A store in which a lease can be kept without one process taking away another one's. */
export type LeaseStore = Pick<ReportingStore, 'isUsable' | 'deadlineMs' | 'getMany' | 'setIfAbsent'> & {
  readonly atomic: NonNullable<ReportingStore['atomic']>;
};

export function canKeepLeases(store: ReportingStore): store is ReportingStore & LeaseStore {
  return store.atomic !== undefined;
}
