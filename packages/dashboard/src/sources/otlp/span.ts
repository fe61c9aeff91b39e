/** A value of an attribute, as far as it is of use here; lists hold texts and numbers. */
export type AttributeValue = string | number | boolean | readonly (string | number | boolean)[];

export type Attributes = Readonly<Record<string, AttributeValue>>;

/** One span of an export, whichever way it was encoded. */
export interface OtlpSpan {
  /** In hexadecimal. */
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for a root. */
  readonly parentSpanId: string;
  readonly name: string;
  /** In milliseconds since 1970, with fractions. */
  readonly startAtMs: number;
  readonly endAtMs: number;
  readonly attributes: Attributes;
  readonly isError: boolean;
  /** The name of the service that made it. */
  readonly service: string | undefined;
}

/** An export that cannot be read; the message says what is wrong with it. */
export class OtlpFormatError extends Error {
  override readonly name = 'OtlpFormatError';
}

/** How many spans of one export are read. */
export const MAX_SPANS = 50_000;

/** How deep values within values are followed. */
export const MAX_DEPTH = 4;
