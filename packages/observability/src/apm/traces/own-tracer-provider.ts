import type { TracerProvider } from '@opentelemetry/api';

/** A provider that can be ended. */
export interface OwnTracerProvider extends TracerProvider {
  forceFlush(options?: { readonly timeoutMillis?: number }): Promise<void>;
  shutdown(): Promise<void>;
}
