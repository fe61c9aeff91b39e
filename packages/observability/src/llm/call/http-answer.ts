import { isResponse, safely, wholeBodyOf } from 'tta-dev-primitives/internal';
import { field } from '../fields.ts';

/** The answer of a server as it came: a `Response` of any class, or a record with a status, headers and a body. */
export interface HttpAnswer {
  readonly status: number;
  /** As the answer holds them. */
  readonly headers: unknown;
  readonly contentType: string | undefined;
  /** Whether the body is still compressed. `fetch` has undone that, although the header stays. */
  readonly isEncoded: boolean;
  readonly body: unknown;
}

/** Reads how a server answered; undefined for every other output. Never throws. */
export function httpAnswerOf(output: unknown): HttpAnswer | undefined {
  return safely(() => {
    if (isResponse(output)) {
      const { status, body, headers } = output as typeof output & { readonly headers: unknown };
      const contentType = headerOf(headers, 'content-type');
      return { status, headers, body: wholeBodyOf(output) ?? body, contentType, isEncoded: false };
    }
    const status = field(output, 'status');
    const headers = field(output, 'headers');
    const isAnswer = typeof status === 'number' && typeof headers === 'object' && headers !== null;
    if (!isAnswer || !Object.hasOwn(output as object, 'body')) return undefined;
    const encoding = headerOf(headers, 'content-encoding')?.trim().toLowerCase() ?? '';
    const isEncoded = encoding !== '' && encoding !== 'identity';
    const contentType = headerOf(headers, 'content-type');
    return { status, headers, contentType, isEncoded, body: field(output, 'body') };
  });
}

/** Whether a status says that the server, or its caller, failed. */
export function isFailedStatus(status: number): boolean {
  return status >= 400 && status <= 599;
}

/** The bytes of a piece of a body; undefined for anything else. */
export function bytesOf(piece: unknown): Uint8Array | undefined {
  if (piece instanceof Uint8Array) return piece;
  if (piece instanceof ArrayBuffer) return new Uint8Array(piece);
  return typeof piece === 'string' ? Buffer.from(piece) : undefined;
}

/** @param name - in lower case */
export function headerOf(headers: unknown, name: string): string | undefined {
  if (typeof headers !== 'object' || headers === null) return undefined;
  const { get } = headers as { readonly get?: unknown };
  const value: unknown = typeof get === 'function' ? get.call(headers, name) : ownHeader(headers, name);
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' ? first : undefined;
}

function ownHeader(headers: object, name: string): unknown {
  const key = Object.keys(headers).find((candidate) => candidate.toLowerCase() === name);
  return key === undefined ? undefined : field(headers, key);
}
