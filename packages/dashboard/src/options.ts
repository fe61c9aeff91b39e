import { nameOption, numberOption, type OptionRulesOf, option, refusal } from 'tta-dev-primitives/internal';

/** What a dashboard keeps, and who may read it. */
export interface DashboardOptions {
  /** Shown beside the brand. @defaultValue the name of the service, if OpenTelemetry's variables give one */
  readonly name?: string | undefined;
  /**
   * How many of the newest requests are in the table; sums do not depend on it. A request takes about a kilobyte. @defaultValue 10_000
   */
  readonly maxRequests?: number | undefined;
  /** How many pages may be open at once. @defaultValue 32 */
  readonly maxConnections?: number | undefined;
  /**
   * Asked of every request, in the address (`?token=`), a cookie or an `Authorization: Bearer` header. At least 16 characters. Set it when
   * others than this machine can reach the server. @defaultValue no token: only a `Host` that means this machine is answered
   */
  readonly token?: string | undefined;
  /** Where the page is mounted on your server: `/tta`. @defaultValue `/` */
  readonly basePath?: string | undefined;
}

const SHORTEST_TOKEN = 16;

const tokenOption = option((owner, name, value) => {
  if (typeof value !== 'string') throw new TypeError(refusal(owner, name, value, 'a text'));
  // The value is a secret, so the message does not show it.
  if (value.length < SHORTEST_TOKEN)
    throw new RangeError(`${owner}: ${name} must have at least ${SHORTEST_TOKEN} characters`);
});

const basePathOption = option((owner, name, value) => {
  if (typeof value !== 'string') throw new TypeError(refusal(owner, name, value, 'a path that begins with /'));
  if (!value.startsWith('/')) throw new RangeError(refusal(owner, name, value, 'a path that begins with /'));
}, '/');

type Named = 'maxRequests' | 'maxConnections' | 'basePath';

export const DASHBOARD_RULES: OptionRulesOf<DashboardOptions, Named> = {
  name: nameOption,
  maxRequests: numberOption({ atLeast: 1, atMost: 1_000_000, isInteger: true }, 10_000),
  maxConnections: numberOption({ atLeast: 1, atMost: 1_000, isInteger: true }, 32),
  token: tokenOption,
  basePath: basePathOption,
};
