// What the tests use of @ai-sdk/otel, whose own types do not compile as strictly as ours.
import type { Tracer } from '@opentelemetry/api';

export declare class OpenTelemetry {
  constructor(options: { readonly tracer: Tracer });
}
