export type { OptionalMember } from './store-conformance/store-case.ts';
export { type ConformanceCase, type StoreConformanceOptions, storeConformance } from './store-conformance.ts';
