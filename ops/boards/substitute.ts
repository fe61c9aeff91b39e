import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';

/** An expression as Prometheus takes it: what Grafana would put in is put in. */
export type Substitute = (expr: string) => string;

/** The values that Grafana knows of. */
export interface Windows {
  readonly rateInterval: string;
  readonly range: string;
}

/** Puts values in for the variables of a dashboard: all jobs and instances, the settings as they come, and windows. */
export function substituteFor(
  { templating }: Pick<Dashboard, 'templating'>,
  { rateInterval, range }: Windows,
): Substitute {
  const values = new Map([
    ['__rate_interval', rateInterval],
    ['__range', range],
  ]);
  for (const { name, type, allValue, query } of templating?.list ?? []) {
    if (type === 'query') values.set(name, allValue ?? '.*');
    if (type === 'textbox') values.set(name, String(query));
  }
  return (expr) =>
    expr.replaceAll(/\$\{?(\w+)\}?/g, (whole, name: string) => {
      const value = values.get(name);
      if (value === undefined) throw new RangeError(`${whole} is no variable of the dashboard: ${expr}`);
      return value;
    });
}
