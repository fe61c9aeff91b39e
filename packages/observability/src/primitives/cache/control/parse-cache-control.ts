import { refusal } from 'tta-dev-primitives/internal';
import type { CacheControl } from './cache-control.ts';

/** Seconds are capped as RFC 9111, 1.2.2 has it. */
const MAX_SECONDS = 2 ** 31;

/**
 * Reads the `Cache-Control` header of a request (RFC 9111, 5.2.1): `no-cache`, `no-store`, `max-age`, `max-stale`,
 * `only-if-cached`. Other directives are ignored, as the RFC asks. So are directives whose seconds are not a whole number.
 *
 * @param header - several header lines can be joined by commas; undefined or null without a header
 * @throws TypeError if it is anything else, such as an array of lines
 * @example
 * ```ts
 * const control = parseCacheControl(request.headers['cache-control']); // 'max-age=60' gives { maxAgeMs: 60_000 }
 * ```
 */
export function parseCacheControl(header: string | null | undefined): CacheControl {
  if (typeof header !== 'string' && header !== undefined && header !== null) {
    throw new TypeError(refusal('parseCacheControl', 'header', header, 'a text, undefined or null'));
  }
  const control: { -readonly [Directive in keyof CacheControl]: CacheControl[Directive] } = {};
  for (const [, name, quoted, token] of (header ?? '').matchAll(DIRECTIVE)) {
    const value = quoted ?? token;
    switch (name?.toLowerCase()) {
      case 'no-cache':
        control.noCache = true;
        break;
      case 'no-store':
        control.noStore = true;
        break;
      case 'only-if-cached':
        control.onlyIfCached = true;
        break;
      case 'max-age':
        control.maxAgeMs = least(control.maxAgeMs, millisecondsOf(value));
        break;
      case 'max-stale':
        control.maxStaleMs = least(control.maxStaleMs, value === undefined ? Infinity : millisecondsOf(value));
        break;
    }
  }
  return control;
}

/** A directive and its argument, which may be a token or a quoted string. */
const DIRECTIVE = /([!#$%&'*+.^_`|~\w-]+)(?:=(?:"([^"]*)"|([^\s,"]*)))?/g;

function millisecondsOf(seconds: string | undefined): number | undefined {
  return seconds !== undefined && /^\d+$/.test(seconds) ? Math.min(Number(seconds), MAX_SECONDS) * 1_000 : undefined;
}

/** Of a directive that is there twice the stricter one counts. */
function least(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);
}
