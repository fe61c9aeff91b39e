import type { FailureKind } from './failure.ts';
import { type Members, memberOf } from './members.ts';

const KINDS: Readonly<Record<number, FailureKind>> = {
  401: 'authentication',
  402: 'billing',
  403: 'permission',
  404: 'not_found',
  408: 'timeout',
  409: 'conflict',
  410: 'not_found',
  413: 'too_large',
  424: 'server_error',
  425: 'overloaded',
  429: 'rate_limited',
  498: 'overloaded',
  499: 'aborted',
  503: 'overloaded',
  504: 'timeout',
  522: 'timeout',
  524: 'timeout',
  529: 'overloaded',
};

/** The kind that an HTTP status from 400 to 599 stands for. */
export function kindOfStatus(status: number): FailureKind | undefined {
  if (!isFailedStatus(status)) return undefined;
  return KINDS[status] ?? (status < 500 ? 'invalid_request' : 'server_error');
}

/**
 * The status from 400 to 599 with which an error says a server has answered. A status of success that stands at a failure says only
 * that its answer had begun.
 */
export function failedStatusOf(error: Members): number | undefined {
  return statusesOf(error).find(isFailedStatus);
}

/** Whether an error carries the status of an answer that had begun well, where SDKs keep it. */
export function hasGoodStatus(error: Members): boolean {
  const good = [memberOf(error, 'statusCode'), memberOf(memberOf(error, '$metadata'), 'httpStatusCode')];
  return good.some((status) => typeof status === 'number' && status >= 200 && status < 300);
}

/** In this order, because a field of the error itself is closer to what its author meant than one of the response it came with. */
function statusesOf(error: Members): readonly unknown[] {
  const own = ['status', 'statusCode', 'status_code'].map((name) => memberOf(error, name));
  const hidden = [
    memberOf(memberOf(error, '$metadata'), 'httpStatusCode'),
    memberOf(memberOf(error, '$response'), 'statusCode'),
  ];
  const answered = ['response', 'httpResponse'].flatMap((name) => {
    const response = memberOf(error, name);
    return [memberOf(response, 'status'), memberOf(response, 'statusCode')];
  });
  return [...own, ...hidden, ...answered, memberOf(error, 'code')]; // `code` is a status in the bodies of some services
}

function isFailedStatus(status: unknown): status is number {
  return typeof status === 'number' && Number.isInteger(status) && status >= 400 && status <= 599;
}
