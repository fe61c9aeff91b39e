export type {
  AnswerVector,
  DialectVector,
  DialectVectors,
  ExpectedReading,
  RequestVector,
  StreamVector,
} from './dialect-conformance/vector.ts';
export { type DialectCase, type DialectConformanceOptions, dialectConformance } from './dialect-conformance.ts';
export type { OptionalMember } from './store-conformance/store-case.ts';
export { type ConformanceCase, type StoreConformanceOptions, storeConformance } from './store-conformance.ts';
