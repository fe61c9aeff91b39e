/**
 * Fresh, stale, renewed and invalidated answers: `node --conditions=tta-source examples/cache-freshness.ts`.
 *
 * Each line says what a client would read in the headers `x-cache` and `age`, and the answer.
 */
import { WorkflowContext } from 'tta-dev-primitives';
import { manualClock } from 'tta-dev-primitives/testing';
import {
  type CacheControl,
  CachePrimitive,
  type CacheReport,
  cacheHeaders,
  isNotCachedError,
  parseCacheControl,
  withCacheControl,
} from 'tta-observability-integration/primitives';

interface Question {
  readonly page: string;
  readonly text: string;
}

let edition = 0;
let isDown = false;

/** Stands in for a model that answers from the text of a page. */
async function ask({ page }: Question): Promise<string> {
  if (isDown) throw Object.assign(new Error('overloaded'), { status: 529 });
  edition += 1;
  return `${page}, edition ${edition}`;
}

const cache = new CachePrimitive(ask, {
  operation: 'chat',
  ttlMs: 400,
  ttlJitter: 0,
  staleWhileRevalidateMs: 1_000, // served at once while it is renewed behind its caller
  staleIfErrorMs: 60_000, //        served in place of an error, while the provider is in trouble
  tags: ({ page }) => [`page:${page}`],
});

const clock = manualClock(); // time that this example moves; without `clock` it is that of the system
const acme = new WorkflowContext({ tenantId: 'acme', clock });
const question = { page: 'pricing', text: 'What does it cost?' };

async function show(what: string, control: CacheControl = {}): Promise<void> {
  let headers: Record<string, string> = {};
  const onOutcome = (report: CacheReport): void => {
    headers = cacheHeaders(report);
  };
  const answer = await cache
    .execute(question, withCacheControl(acme, { ...control, onOutcome }))
    .catch((error: unknown) => (isNotCachedError(error) ? '504: not cached' : String(error)));
  console.log(`${what.padEnd(30)} ${headers['x-cache']?.padEnd(7)} age ${headers['age'] ?? '-'}  ${answer}`);
}

await show('nothing is stored yet', parseCacheControl('only-if-cached'));
await show('the first time');
await show('again');
await show('a caller wants it new', parseCacheControl('no-cache'));
await show('everybody else has that');
await clock.advance(600);
await show('past its ttl');
await clock.advance(200);
await show('renewed meanwhile');
await clock.advance(1_600);
isDown = true;
await show('the provider is down');
await show('a caller wants nothing stale', { maxStaleMs: 0 });
isDown = false;
await cache.invalidateTag('page:pricing', acme);
await show('the page was edited');
console.log(`${cache}`);
