import type { AskedRange } from './amounts.ts';
import type { Cache } from './cache.ts';
import type { Overview } from './overview.ts';
import type { RequestDetail } from './request-detail.ts';
import type { RequestRow } from './request-row.ts';
import type { RequestQuery, RequestsSummary } from './requests.ts';
import type { Resilience } from './resilience.ts';
import type { Routes } from './routes.ts';
import type { Savings } from './savings.ts';
import type { Status } from './status.ts';
import type { WhatIf } from './what-if.ts';

/** What each screen gets pushed. */
export interface Screens {
  readonly overview: Overview;
  readonly requests: RequestsSummary;
  readonly request: RequestDetail;
  readonly routes: Routes;
  readonly cache: Cache;
  readonly resilience: Resilience;
  readonly savings: Savings;
  readonly 'what-if': WhatIf;
}

export type ScreenName = keyof Screens;

/**
 * The query of `GET /api/events`, an event stream: the screen to push and what narrows it. For `requests` it takes all of
 * {@link RequestQuery} but the page. For `request` nothing but {@link Status} is pushed.
 *
 * At most four events a second come. Each is a whole state, so a reader that is slow misses states and never details. The `id` of an event
 * is its cursor: `{server}.{lastSeq}`. The browser sends it as `Last-Event-ID` when it comes back (or `cursor=` in the query).
 */
export interface EventQuery extends Pick<RequestQuery, Exclude<keyof RequestQuery, 'offset' | 'limit' | 'untilSeq'>> {
  readonly screen?: ScreenName;
  readonly range?: AskedRange;
  readonly cursor?: string;
}

/** The data of an event named `state`. */
export type StateEvent = {
  readonly [Name in ScreenName]: {
    readonly cursor: string;
    readonly status: Status;
    readonly screen: Name;
    /** Missing when the screen has not changed since the last event. */
    readonly data?: Screens[Name];
    /** For `requests`, sorted by time: rows that match and ended after the cursor, newest first, at most 200. */
    readonly rows?: readonly RequestRow[];
    /** For `requests`: more than 200 rows came, or the server does not know the cursor. Read the page anew. */
    readonly isReset?: boolean;
  };
}[ScreenName];
