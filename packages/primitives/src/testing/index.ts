export { type ManualClock, manualClock } from './manual-clock.ts';
export {
  type RecordedExecution,
  type RecordingObserver,
  recordingObserver,
} from './recording-observer.ts';
