import { packageVersion } from '../telemetry/version.ts';

/** The name under which this package traces and measures. */
export const SCOPE = 'tta-observability-integration';

/** The version of OpenTelemetry's conventions that the names of attributes are taken from. */
const SCHEMA_URL = 'https://opentelemetry.io/schemas/1.45.0';

/** Names the code that a span or a metric comes from. */
export interface Scope {
  readonly name: string;
  readonly version?: string;
  readonly schemaUrl: string;
}

export function ownScope(): Scope {
  const version = packageVersion();
  return { name: SCOPE, ...(version !== undefined && { version }), schemaUrl: SCHEMA_URL };
}
