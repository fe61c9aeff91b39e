import type { FailureKind } from 'tta-dev-primitives';
import type { LlmOperation } from '../call/facts.ts';

/** What the address of a request says of the call. */
export interface Endpoint {
  readonly operation: LlmOperation;
  /** Where in the path the part begins that is the same under every base URL. */
  readonly start: number;
  /** Fields of the request that the address states, where the body leaves them out. */
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
  /** The part of the path that differs between the whole and the streamed form of the same request. @defaultValue none */
  readonly formPart?: string | undefined;
  /** Whether requests to it are in the format of this dialect, whatever fields they have. @defaultValue false */
  readonly isOwnFormat?: boolean | undefined;
  /** Whether what is asked for is an image. @defaultValue false */
  readonly isForImages?: boolean | undefined;
}

/** A failure that a client of the provider is to throw as an error of its own. */
export interface HttpFailure {
  readonly status: number;
  /** Our code, or that of the provider. */
  readonly code: string;
  readonly kind: FailureKind;
  readonly message: string;
  readonly retryAfterMs?: number | undefined;
}

/** What tells a client the kind of a failure before the body does. */
export interface FailureHead {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** How requests of a dialect are sent over HTTP. */
export interface HttpDialect {
  /** Reads the path of an address; undefined if no model is called there. */
  endpoint(path: string): Endpoint | undefined;
  /** The path of the same call to another model; undefined if the path names no model. @defaultValue the body names the model */
  pathFor?(path: string, model: string): string | undefined;
  /** Whether a stream states its usage only if `stream_options` asks for it. @defaultValue false */
  readonly asksForUsage?: boolean | undefined;
  /**
   * Tells that the answer of a stream is complete, although the server may keep the connection open: what its bytes match, or a test of
   * each line. @defaultValue a stream is complete when the server ends it
   */
  readonly finish?: RegExp | ((line: string) => boolean) | undefined;
  /** The headers of the protocol that carry neither a key nor an account. @defaultValue none */
  readonly headers?: RegExp | undefined;
  /**
   * The status and headers of an error response, where a client tells from them what has failed and what to retry.
   *
   * @param isFinal - whether the client is not to retry
   * @defaultValue the status of the failure, and `x-should-retry`
   */
  failureHead?(failure: HttpFailure, isFinal: boolean): FailureHead;
  /** The body of an error response, as clients of the provider read it. */
  failureBody(failure: HttpFailure): object;
}

/** An endpoint whose path ends in a certain way. */
export interface EndpointRule {
  /** Matches the part of the path that is the same under every base URL, up to the end. */
  readonly path: RegExp;
  readonly operation: LlmOperation;
  readonly fields?: ((match: RegExpExecArray) => Readonly<Record<string, unknown>>) | undefined;
  /** The number of the group that differs between the two forms of a request. */
  readonly formGroup?: number | undefined;
  /** Whether requests to it are in the format of this dialect, whatever fields they have. @defaultValue false */
  readonly isOwnFormat?: boolean | undefined;
  /** Whether what is asked for is an image. @defaultValue false */
  readonly isForImages?: boolean | undefined;
}

/** Reads paths by rules; the first rule that matches counts. */
export function endpointsBy(rules: readonly EndpointRule[]): HttpDialect['endpoint'] {
  return (path) => {
    for (const { path: pattern, fields, formGroup, ...rule } of rules) {
      const match = pattern.exec(path);
      if (match === null) continue;
      const formPart = formGroup === undefined ? undefined : match[formGroup];
      return { ...rule, start: match.index, fields: fields?.(match), formPart };
    }
    return undefined;
  };
}

/**
 * Swaps the model in paths that name it.
 *
 * @param part - the part of the path that names the model
 * @param partFor - that part for another model
 */
export function pathsBy(part: RegExp, partFor: (model: string) => string): NonNullable<HttpDialect['pathFor']> {
  return (path, model) => (part.test(path) ? path.replace(part, () => partFor(model)) : undefined);
}
