/**
 * What kind of thing is not as it was asked for:
 * - `invalid_value`: an option or a variable was not usable, and its fallback holds.
 * - `missing_package`: a package of OpenTelemetry is not installed.
 * - `prometheus`: the metrics are not served where they were asked for; `metricsText()` and `handler` still work.
 * - `dashboard`: the live page was asked for and is not served.
 * - `otlp`: nothing is sent to a collector.
 * - `host`: another OpenTelemetry set-up owns something that ours would need.
 * - `already_started`: options were given to a telemetry that is running with others.
 * - `failed`: the start failed, for the reason given.
 */
export type ProblemCode =
  | 'invalid_value'
  | 'missing_package'
  | 'prometheus'
  | 'dashboard'
  | 'otlp'
  | 'host'
  | 'already_started'
  | 'failed';

/** A part of telemetry that could not be set up as requested, in one sentence. It prints as that sentence. */
export class Problem {
  readonly code: ProblemCode;
  readonly message: string;

  constructor(code: ProblemCode, message: string) {
    this.code = code;
    this.message = message;
  }

  toString(): string {
    return this.message;
  }
}

/** What an unknown thrown value says about itself. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
