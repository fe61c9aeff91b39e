import { describe, expect, it } from 'vitest';
import type { Failure, FailureKind } from './failure.ts';
import { failureOf, statedFailure } from './failure-of.ts';
import { kindOfStatus } from './status.ts';
import { kindOfWord } from './words.ts';

const passing = (kind: FailureKind, status?: number): Failure => ({ kind, retryable: true, ...(status && { status }) });
const lasting = (kind: FailureKind, status?: number): Failure => ({
  kind,
  retryable: false,
  ...(status && { status }),
});
const grpc = (code: number, more: object = { details: 'no' }): Error => Object.assign(new Error('no'), { code }, more);
const http = (status: number, error: object): Error => Object.assign(new Error('no'), { status, error });

const said = (status: number, message: string): Error => Object.assign(new Error(message), { status });
/** What `fetch` of undici throws if a proxy answers with a status. */
const tunnel = (status: number): Error => {
  const message = `Proxy response (${status}) !== 200 when HTTP Tunneling`;
  const refused = Object.assign(new Error(message), { name: 'AbortError', code: 'UND_ERR_ABORTED' });
  return new TypeError('fetch failed', { cause: new DOMException('Request was cancelled.', { cause: refused }) });
};

describe('the error object of a service', () => {
  it.each<[string, unknown, Failure]>([
    ['a type', { type: 'overloaded_error', message: 'x' }, passing('overloaded')],
    ['an event', { type: 'error', error: { type: 'rate_limit_error' } }, passing('rate_limited')],
    ['an envelope', { error: { type: 'rate_limit_error' } }, passing('rate_limited')],
    ['a code', { code: 'rate_limit_exceeded' }, passing('rate_limited')],
    ['a code that tells more than the type', { type: 'server_error', code: 'overloaded' }, passing('overloaded')],
    ['a status in words', { code: 503, status: 'UNAVAILABLE' }, passing('overloaded', 503)],
    [
      'a list around it',
      { data: [{ error: { code: 429, status: 'RESOURCE_EXHAUSTED' } }] },
      passing('rate_limited', 429),
    ],
    ['a code that quotes a status', { error: { code: '429' } }, passing('rate_limited')],
    ['a text for an error', { error: 'service_unavailable' }, passing('overloaded')],
    ['a failed answer', { status: 'failed', error: { code: 'server_error', message: 'x' } }, passing('server_error')],
    [
      'a part of a stream',
      { type: 'error', error: Object.assign(new Error('x'), { statusCode: 503, retryAfterMs: 7 }) },
      { ...passing('overloaded', 503), retryAfterMs: 7 },
    ],
    ['an exception', { __type: 'ThrottlingException' }, passing('rate_limited')],
    ['a text of JSON', new Error('529 {"type":"error","error":{"type":"overloaded_error"}}'), passing('overloaded')],
    ['an account without credit', { error: { type: 'billing_error' } }, lasting('billing')],
    ['a prompt that is too long', { error: { code: 'context_length_exceeded' } }, lasting('context_length')],
    ['a withheld answer', { error: { code: 'content_filter' } }, lasting('content_filter')],
  ])('is read: %s', (_, stated, failure) => {
    expect(failureOf(stated)).toEqual(failure);
    expect(statedFailure(stated)).toEqual(failure);
  });

  it('that is known to be one, and says nothing that is known, is of the kind that its reader gives', () => {
    expect(statedFailure({ oops: true })).toEqual(passing('server_error'));
    expect(statedFailure({ oops: true }, 'bad_response')).toEqual(passing('bad_response'));
  });

  it.each<[string, unknown]>([
    ['an answer', { id: 'x', object: 'chat.completion', choices: [{ finish_reason: 'stop' }] }],
    ['a status of success', { status: 200 }],
    ['a status that is a text', { status: '429' }],
    ['a word in a message', { message: 'rate_limit_exceeded' }],
    ['a list of nothing', []],
  ])('is not seen in %s', (_, value) => {
    expect(failureOf(value)).toBeUndefined();
  });

  it('in the field `failure` counts as it is', () => {
    const failure: Failure = { kind: 'incomplete', retryable: false };
    expect(failureOf(Object.assign(new Error('x'), { status: 503, failure }))).toEqual(failure);
  });
});

describe('a word', () => {
  it.each<[string, FailureKind]>([
    ['RESOURCE_EXHAUSTED', 'rate_limited'],
    ['ThrottlingException', 'rate_limited'],
    ['TooManyRequestsException', 'rate_limited'],
    ['overloaded_error', 'overloaded'],
    ['ServiceUnavailableException', 'overloaded'],
    ['body-timeout', 'timeout'],
    ['ModelTimeoutException', 'timeout'],
    ['insufficient_quota', 'quota'],
    ['api_error', 'server_error'],
    ['authentication_error', 'authentication'],
    ['ValidationException', 'invalid_request'],
    ['vector_store_timeout', 'timeout'],
    ['RequestTimeOut', 'timeout'],
    ['invalid_image_format', 'invalid_request'],
    ['image_parse_error', 'invalid_request'],
    ['failed_to_download_image', 'invalid_request'],
    ['image_too_large', 'too_large'],
    ['cyber_policy', 'content_filter'],
    ['image_content_policy_violation', 'content_filter'],
  ])('%s stands for %s', (word, kind) => {
    expect(kindOfWord(word)).toBe(kind);
  });

  it.each(['', 'error', 'api', 'server', 'Exception', 'tokens', 'x'.repeat(100_000), undefined, 503])(
    '%.20s stands for nothing',
    (word) => {
      expect(kindOfWord(word)).toBeUndefined();
    },
  );
});

describe('a status', () => {
  it.each([
    [400, 'invalid_request'],
    [401, 'authentication'],
    [402, 'billing'],
    [403, 'permission'],
    [404, 'not_found'],
    [408, 'timeout'],
    [409, 'conflict'],
    [413, 'too_large'],
    [418, 'invalid_request'],
    [429, 'rate_limited'],
    [499, 'aborted'],
    [500, 'server_error'],
    [503, 'overloaded'],
    [504, 'timeout'],
    [529, 'overloaded'],
    [599, 'server_error'],
    [200, undefined],
    [399, undefined],
    [600, undefined],
  ])('%i stands for %s', (status, kind) => {
    expect(kindOfStatus(status)).toBe(kind);
  });

  it.each<[string, unknown, Failure]>([
    ['of a limit beside a quota', http(429, { code: 'insufficient_quota' }), lasting('quota', 429)],
    ['of a limit beside a bill', http(429, { code: 'billing_not_active' }), lasting('billing', 429)],
    ['of a limit beside a busy engine', http(429, { type: 'engine_overloaded_error' }), passing('overloaded', 429)],
    [
      'of a wrong request beside a throttle',
      http(400, { __type: 'ThrottlingException' }),
      passing('rate_limited', 400),
    ],
    [
      'of a wrong request beside a bad key',
      http(400, { details: [{ reason: 'API_KEY_INVALID' }] }),
      lasting('authentication', 400),
    ],
    ['of a gateway beside a vague word', http(502, { status: 'UNAVAILABLE' }), passing('server_error', 502)],
    ['of a wrong request beside a busy engine', http(400, { error: 'overloaded' }), lasting('invalid_request', 400)],
    [
      'of an error of the server beside a busy engine',
      http(500, { type: 'overloaded_error' }),
      passing('overloaded', 500),
    ],
    [
      'of a prompt that is too long, in words',
      said(400, 'prompt is too long: 208310 tokens > 200000 maximum'),
      lasting('context_length', 400),
    ],
    [
      'of a prompt that is too long, in the words of a body',
      http(400, { message: "This endpoint's maximum context length is 8192 tokens.", code: 400 }),
      lasting('context_length', 400),
    ],
    [
      'of a prompt that is too long, in the words of a body that is a text',
      Object.assign(new Error('no'), {
        statusCode: 400,
        body: '{"message":"too large, the maximum prompt length is 1"}',
      }),
      lasting('context_length', 400),
    ],
    [
      'of a prompt that exceeds a window, in words',
      said(400, 'Your input exceeds the context window of this model.'),
      lasting('context_length', 400),
    ],
    [
      'of a prompt and an answer that exceed it together, in words',
      said(400, 'input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000'),
      lasting('context_length', 400),
    ],
    [
      'of more tokens than were configured, in words',
      said(400, 'Input tokens exceed the configured limit of 272000 tokens.'),
      lasting('context_length', 400),
    ],
    ['of an account without credit, in words', said(400, 'Your credit balance is too low'), lasting('billing', 400)],
    [
      'of a limit beside an account without credit, in words',
      http(429, { code: 'exhausted', error: 'Your team has used all available credits.' }),
      lasting('billing', 429),
    ],
    ['of a limit beside an empty account, in words', said(429, 'Insufficient balance.'), lasting('billing', 429)],
    [
      'of a ban beside a new account, in words',
      said(403, "Your newly created team doesn't have any credits yet."),
      lasting('billing', 403),
    ],
    ['of a limit beside a quota, in words', said(429, 'You exceeded your current quota'), lasting('quota', 429)],
    [
      'of a wrong request beside a quota, in words',
      said(400, 'You have reached your specified API usage limits. You will regain access on 2027-01-01.'),
      lasting('quota', 400),
    ],
    [
      'of a limit that the message calls a quota and the word a limit',
      http(429, { status: 'RESOURCE_EXHAUSTED', message: 'You exceeded your current quota' }),
      passing('rate_limited', 429),
    ],
    [
      'of a limit that the message calls a quota beside a wait in the body',
      Object.assign(said(429, 'You exceeded your current quota'), {
        errorDetails: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '23s' }],
      }),
      { ...passing('rate_limited', 429), retryAfterMs: 23_000 },
    ],
    [
      'of a limit that the message calls a quota beside a wait in the headers',
      Object.assign(said(429, 'You exceeded your current quota'), { headers: { 'retry-after': '20' } }),
      { ...passing('rate_limited', 429), retryAfterMs: 20_000 },
    ],
    [
      'of a limit that the message calls a quota before it asks to wait',
      said(429, 'You exceeded your current quota. Please retry in 7s.'),
      { ...passing('rate_limited', 429), retryAfterMs: 7_000 },
    ],
    [
      'of a limit in a list that calls it a quota',
      said(429, '429 [{"error":{"code":429,"message":"You exceeded your current quota"}}]'),
      passing('rate_limited', 429),
    ],
    [
      'of a limit that a quoted body calls a quota',
      said(429, '429 [{\n  "error": {"message": "You exceeded your current quota", "status": "RESOURCE_EXHAUSTED"}}]'),
      passing('rate_limited', 429),
    ],
    [
      'of a quota beside a wait',
      Object.assign(said(429, 'You exceeded your current quota'), {
        code: 'insufficient_quota',
        headers: { 'retry-after': '20' },
      }),
      { ...lasting('quota', 429), retryAfterMs: 20_000 },
    ],
    [
      'of a limit that the request alone exceeds',
      Object.assign(said(429, 'Request too large for m on tokens per min (TPM): Limit 30000, Requested 50000.'), {
        code: 'rate_limit_exceeded',
        isRetryable: true,
      }),
      lasting('too_large', 429),
    ],
    [
      'of a wrong request beside a bad key, in words',
      said(400, 'Incorrect API key provided: x'),
      lasting('authentication', 400),
    ],
    [
      'of a wrong request beside a bad key and a vague word',
      http(400, { status: 'INVALID_ARGUMENT', details: [{ reason: 'API_KEY_INVALID' }] }),
      lasting('authentication', 400),
    ],
    [
      'of a wrong request beside an inner word',
      http(400, { code: 'BadRequest', innererror: { code: 'ResponsibleAIPolicyViolation' } }),
      lasting('content_filter', 400),
    ],
    ['of a free tier that is used up', http(403, { code: 'AllocationQuota.FreeTierOnly' }), lasting('quota', 403)],
    [
      'of a busy service that an SDK does not know',
      { statusCode: 498, isRetryable: false },
      passing('overloaded', 498),
    ],
    ['of a busy service that an SDK knows', { statusCode: 503, isRetryable: false }, lasting('overloaded', 503)],
    [
      'of a limit whose message speaks of something else',
      said(429, 'your prompt is too long'),
      passing('rate_limited', 429),
    ],
    ['in the response of a client of inference', { httpResponse: { status: 503 } }, passing('overloaded', 503)],
    ['of a missing model', http(404, { code: 'model_not_found' }), lasting('not_found', 404)],
    ['under a name of snakes', { status_code: 503 }, passing('overloaded', 503)],
    ['in metadata', { $metadata: { httpStatusCode: 503 } }, passing('overloaded', 503)],
    ['in a hidden response', { $response: { statusCode: 503 } }, passing('overloaded', 503)],
    ['in a response', { response: { statusCode: 503 } }, passing('overloaded', 503)],
    [
      'of success beside a reset',
      { statusCode: 200, isRetryable: false, cause: { code: 'ECONNRESET' } },
      passing('network'),
    ],
    [
      'of success beside a message that says the body was cut',
      { name: 'AxiosError', message: 'stream has been aborted', status: 200, response: { status: 200 } },
      passing('network'),
    ],
    [
      'of success at an error that says no more',
      Object.assign(new Error('x'), { statusCode: 200 }),
      passing('bad_response'),
    ],
  ])('%s is weighed', (_, error, failure) => {
    expect(failureOf(error)).toEqual(failure);
  });
});

describe('a code of gRPC', () => {
  it.each<[number, Failure | undefined]>([
    [1, lasting('aborted')],
    [3, lasting('invalid_request')],
    [4, passing('timeout')],
    [5, lasting('not_found')],
    [6, undefined],
    [7, lasting('permission')],
    [8, passing('rate_limited')],
    [13, passing('server_error')],
    [14, passing('overloaded')],
    [16, lasting('authentication')],
    [17, undefined],
  ])('%i is read', (code, failure) => {
    expect(failureOf(grpc(code))).toEqual(failure);
    expect(failureOf(grpc(code, { metadata: {} }))).toEqual(failure);
    expect(failureOf(grpc(code, { message: `${code} SOME_STATUS: no` }))).toEqual(failure);
    expect(failureOf(grpc(code, { name: 'ConnectError', rawMessage: 'no' }))).toEqual(failure);
  });

  it.each([
    ['a DOMException', new DOMException('no', 'NotFoundError')],
    ['a child process', grpc(14, { cmd: 'ls', killed: false })],
    ['a database', grpc(14, { name: 'MongoServerError' })],
    ['a subclass of its own', Object.assign(new (class DatabaseError extends Error {})('no'), { code: 14 })],
  ])('is not seen in that of %s', (_, error) => {
    expect(failureOf(error)).toBeUndefined();
  });
});

describe('a code', () => {
  it.each<[string, unknown, Failure | undefined]>([
    ['of a parser', { code: 'HPE_INVALID_CONSTANT' }, passing('bad_response')],
    ['of a handshake that takes too long', { code: 'ERR_TLS_HANDSHAKE_TIMEOUT' }, passing('timeout')],
    ['of a full bulkhead of others', { isBulkheadRejectedError: true }, lasting('bulkhead_full')],
    ['of an open circuit of others', { isBrokenCircuitError: true }, lasting('circuit_open')],
    [
      'of a certificate, which no attempt mends',
      new TypeError('fetch failed', { cause: { code: 'CERT_HAS_EXPIRED' } }),
      lasting('network'),
    ],
    ['of a certificate for another name', { code: 'ERR_TLS_CERT_ALTNAME_INVALID' }, lasting('network')],
    ['of a certificate that it signed itself', { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, lasting('network')],
    ['of a certificate without its issuer', { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }, lasting('network')],
    ['of TLS that is no TLS', { code: 'ERR_SSL_WRONG_VERSION_NUMBER' }, passing('network')],
    ['of TLS that broke', { code: 'EPROTO', syscall: 'write' }, passing('network')],
    ['of a body that cannot be decompressed', { code: 'Z_DATA_ERROR' }, passing('bad_response')],
    ['of a list of revoked certificates', { code: 'UNABLE_TO_GET_CRL' }, lasting('network')],
    ['of a body that ends too early', { code: 'Z_BUF_ERROR' }, passing('bad_response')],
    ['of an application, like that of a certificate', { code: 'UNABLE_TO_PROCESS' }, undefined],
    ['of an application, like that of an issuer', { code: 'UNABLE_TO_GET_WEATHER' }, undefined],
    ['of an application, like that of a rejection', { code: 'CERT_REJECTED_BY_REVIEWER' }, undefined],
    ['of an application, like that of zlib', { code: 'Z_AI_OVERLOADED' }, undefined],
    ['of a parser, without its code', { name: 'HTTPParserError' }, passing('bad_response')],
    ['of a proxy that fails', tunnel(502), passing('network')],
    ['of a proxy that wants a password', tunnel(407), lasting('network')],
    ['of an abort', { code: 'UND_ERR_ABORTED', message: 'The operation was aborted' }, lasting('aborted')],
    ['that is unknown', { code: 'E_OOPS' }, undefined],
    [
      'of no kind, at a result without an output',
      { name: 'AI_NoOutputGeneratedError', message: 'No output generated.' },
      passing('bad_response'),
    ],
  ])('%s is read', (_, error, failure) => {
    expect(failureOf(error)).toEqual(failure);
  });
});
