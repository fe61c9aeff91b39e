/** Whose work a report is on, and when it began. */
export interface ReportedRequest {
  /** Different for every report, of any process. */
  readonly id: string;
  /** The kind of the first execution: `sequence`, `router`, `model_call` ... */
  readonly kind: string;
  /** The name of the first execution. */
  readonly name: string;
  readonly workflowId: string;
  readonly correlationId: string;
  readonly sessionId: string | undefined;
  readonly tenantId: string | undefined;
  readonly userId: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  /** When it began, in milliseconds since the Unix epoch. */
  readonly startedAtMs: number;
}
