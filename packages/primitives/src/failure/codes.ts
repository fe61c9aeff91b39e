import type { FailureKind } from './failure.ts';
import { classNamesOf, isObject, type Members, memberOf, textOf } from './members.ts';

/** Codes of Node.js, undici, DNS, HTTP clients and this project. */
const CODES: ReadonlyMap<unknown, FailureKind> = new Map([
  ...as(
    'timeout',
    'ERR_TTA_TIMEOUT',
    'ETIMEDOUT',
    'ESOCKETTIMEDOUT',
    'ERR_SOCKET_CONNECTION_TIMEOUT',
    'ERR_TLS_HANDSHAKE_TIMEOUT',
  ),
  ...as('timeout', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'),
  ...as('network', 'EADDRNOTAVAIL', 'EAI_AGAIN', 'EAI_FAIL', 'ECONNABORTED', 'ECONNREFUSED', 'ECONNRESET'),
  ...as(
    'network',
    'EHOSTDOWN',
    'EHOSTUNREACH',
    'ENETDOWN',
    'ENETRESET',
    'ENETUNREACH',
    'ENOTCONN',
    'ENOTFOUND',
    'EPIPE',
  ),
  ...as('network', 'ERR_NETWORK', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_HTTP2_GOAWAY_SESSION', 'ERR_HTTP2_SESSION_ERROR'),
  ...as('network', 'ERR_HTTP2_ERROR', 'ERR_HTTP2_STREAM_ERROR', 'UND_ERR_CLOSED', 'UND_ERR_INFO', 'UND_ERR_SOCKET'),
  ...as('network', 'ERR_HTTP_CONTENT_LENGTH_MISMATCH', 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH'),
  ...as('aborted', 'ABORT_ERR', 'ERR_CANCELED', 'UND_ERR_ABORTED'),
  ...as('bad_response', 'ERR_BODY_PARSE_FAILURE'),
  ...as('circuit_open', 'ERR_TTA_CIRCUIT_OPEN', 'EOPENBREAKER'),
  ...as('bulkhead_full', 'ERR_TTA_BULKHEAD_FULL', 'ESEMLOCKED'),
  ...as('budget_exceeded', 'ERR_TTA_BUDGET_EXCEEDED'),
  ...as('incomplete', 'ERR_TTA_INCOMPLETE_STREAM', 'ERR_TTA_EMPTY_STREAM'),
]);

/** Node.js and undici could not parse the response, or not decompress it. */
const UNREADABLE = /^(?:HPE_|ERR__ERROR_|ZSTD_error_|Z_(?:(?:DATA|BUF|MEM|STREAM|VERSION)_ERROR|NEED_DICT|ERRNO)$)/;

/** The server and this process do not agree on TLS, which another connection may mend. */
const HANDSHAKE = /^(?:EPROTO$|ERR_SSL_)/;

/** The certificate of the server is not trusted: the names of OpenSSL, because applications have codes that begin like them. */
const UNTRUSTED = [
  'ERR_TLS_CERT_\\w+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN',
  'CERT_(?:HAS_EXPIRED|NOT_YET_VALID|REVOKED|UNTRUSTED|REJECTED|SIGNATURE_FAILURE|CHAIN_TOO_LONG)',
  'UNABLE_TO_(?:GET_ISSUER_CERT(?:_LOCALLY)?|GET_CRL|VERIFY_LEAF_SIGNATURE)',
  'UNABLE_TO_(?:DECRYPT_(?:CERT|CRL)_SIGNATURE|DECODE_ISSUER_PUBLIC_KEY)',
];
const CERTIFICATE = new RegExp(`^(?:${UNTRUSTED.join('|')})$`);

/** What undici says of a proxy that does not let a call through, under the code of an abort. */
const PROXY_REFUSES = /^Proxy response \((\d)\d\d\) !== 200/;

/** Names of errors, for those that have neither a status nor a code. */
const NAMES: ReadonlyMap<unknown, FailureKind> = new Map([
  ...as('aborted', 'AbortError', 'APIUserAbortError', 'RequestAbortedError', 'CanceledError', 'CancelError'),
  ...as('timeout', 'TimeoutError', 'APIConnectionTimeoutError', 'RequestTimeoutError', 'ConnectTimeoutError'),
  ...as('network', 'APIConnectionError', 'ConnectionError', 'NetworkError', 'SocketError'),
  ...as('incomplete', 'IncompleteStreamError', 'LengthFinishReasonError'),
  ...as('content_filter', 'ContentFilterFinishReasonError'),
  ...as('bad_response', 'ResponseValidationError', 'AI_JSONParseError', 'AI_TypeValidationError', 'HTTPParserError'),
  ...as('bad_response', 'AI_EmptyResponseBodyError', 'AI_InvalidResponseDataError', 'AI_NoContentGeneratedError'),
  ...as('bad_response', 'AI_NoObjectGeneratedError', 'AI_NoImageGeneratedError'),
  ...as('authentication', 'AI_LoadAPIKeyError', 'CredentialsProviderError'),
  ...as('not_found', 'AI_NoSuchModelError', 'AI_NoSuchProviderError'),
  ...as('invalid_request', 'AI_InvalidPromptError', 'AI_InvalidArgumentError', 'AI_UnsupportedFunctionalityError'),
]);

/** An answer that was cut by a limit of the request would be cut again. */
const FINAL_NAMES: ReadonlySet<string> = new Set(['LengthFinishReasonError']);

/** The status codes of gRPC, which are not those of HTTP. */
const GRPC: Readonly<Record<number, FailureKind>> = {
  1: 'aborted',
  2: 'server_error',
  3: 'invalid_request',
  4: 'timeout',
  5: 'not_found',
  7: 'permission',
  8: 'rate_limited',
  9: 'invalid_request',
  10: 'conflict',
  11: 'invalid_request',
  12: 'invalid_request',
  13: 'server_error',
  14: 'overloaded',
  15: 'server_error',
  16: 'authentication',
};

/** The kind of an error, and whether no attempt mends it although one mends others of its kind. */
export interface FinalKind {
  readonly kind: FailureKind;
  readonly isFinal: boolean;
}

/** What an error's `code` says. */
export function kindOfCode(error: Members): FinalKind | undefined {
  const code = memberOf(error, 'code');
  if (typeof code === 'string' && CERTIFICATE.test(code)) return { kind: 'network', isFinal: true };
  const refusal = code === 'UND_ERR_ABORTED' ? PROXY_REFUSES.exec(textOf(error, 'message') ?? '') : null;
  if (refusal !== null) return { kind: 'network', isFinal: refusal[1] === '4' };
  const kind = typeof code === 'number' ? kindOfNumber(code, error) : kindOfText(code, error);
  return kind && { kind, isFinal: false };
}

function kindOfNumber(code: number, error: Members): FailureKind | undefined {
  return isOfGrpc(error) ? GRPC[code] : undefined;
}

function kindOfText(code: unknown, error: Members): FailureKind | undefined {
  if (code === 'ECONNABORTED' && /timeout/i.test(textOf(error, 'message') ?? '')) return 'timeout'; // as older HTTP clients name it
  if (memberOf(error, 'isBrokenCircuitError') === true) return 'circuit_open';
  if (memberOf(error, 'isBulkheadRejectedError') === true) return 'bulkhead_full';
  if (typeof code !== 'string') return undefined;
  if (UNREADABLE.test(code)) return 'bad_response';
  return HANDSHAKE.test(code) ? 'network' : CODES.get(code);
}

/** What the name of an error says, or of its class, or of a superclass: an SDK may leave `name` at `Error`, and users have subclasses. */
export function kindOfName(error: Members): FinalKind | undefined {
  for (const name of [textOf(error, 'name'), ...classNamesOf(error)]) {
    const kind = NAMES.get(name);
    if (kind !== undefined) return { kind, isFinal: FINAL_NAMES.has(name ?? '') };
  }
  return undefined;
}

/**
 * Whether a small number is a status of gRPC: its errors have `details`, `metadata`, `rawMessage` or a message that begins with the number. Others
 * count their own way: a `DOMException`, a child process, a database.
 */
function isOfGrpc(error: Members): boolean {
  const message = textOf(error, 'message') ?? '';
  if (textOf(error, 'details') !== undefined || isObject(memberOf(error, 'metadata'))) return true;
  if (textOf(error, 'rawMessage') !== undefined) return true; // Connect
  return /^\d{1,2} [A-Z_]+/.test(message) || (isPlainlyNamed(error) && memberOf(error, 'cmd') === undefined);
}

function isPlainlyNamed(error: Members): boolean {
  const name = memberOf(error, 'name');
  return (
    (name === undefined || name === 'Error') &&
    [...classNamesOf(error)].every((each) => each === 'Error' || each === 'Object')
  );
}

function as(kind: FailureKind, ...names: readonly string[]): [string, FailureKind][] {
  return names.map((name) => [name, kind]);
}
