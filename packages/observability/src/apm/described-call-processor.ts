import type { SpanProcessor } from '@opentelemetry/sdk-trace';
import { noteDescribedCall } from '../telemetry/spans/described-calls.ts';

/** Looks for spans of other libraries that describe a call of a model, because a call is counted in one span only. */
export const describedCallProcessor: SpanProcessor = {
  onStart: noteDescribedCall,
  onEnd() {},
  forceFlush: async () => {},
  shutdown: async () => {},
};
