export { type ManualClock, manualClock } from './manual-clock.ts';
export { type MockCall, type MockOptions, MockPrimitive, type MockResult } from './mock-primitive.ts';
export {
  type RecordedExecution,
  type RecordingObserver,
  recordingObserver,
} from './recording-observer.ts';
