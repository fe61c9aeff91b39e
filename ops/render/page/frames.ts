import { type DataFrame, FieldType, toDataFrame } from '@grafana/data';

/** A panel of a dashboard, as far as it is drawn here. */
export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly fieldConfig: { readonly defaults: Record<string, unknown>; readonly overrides: [] };
  readonly options: Record<string, never>;
  /** With the variables of the dashboard put in. */
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string; readonly refId: string }[];
}

/** What the panels show, in seconds since the Unix epoch. */
export interface Range {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

interface Series {
  readonly metric: Record<string, string>;
  readonly values?: readonly [number, string][];
  readonly value?: [number, string];
}

/** Asks Prometheus for a panel, as Grafana's data source would. @throws Error with what Prometheus says */
export async function framesOf({ type, targets = [] }: Panel, range: Range): Promise<DataFrame[]> {
  if (type === 'table') return Promise.all(targets.map(({ expr }) => tableOf(expr)));
  const frames = await Promise.all(
    targets.map(async ({ expr, legendFormat, refId }) => {
      const series = await ask('query_range', { query: expr, start: range.from, end: range.to, step: range.step });
      return series.map(({ metric, values = [] }) => {
        const name = legendFormat.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (_, label: string) => metric[label] ?? '');
        return toDataFrame({
          refId,
          name,
          fields: [
            { name: 'Time', type: FieldType.time, values: values.map(([at]) => at * 1_000), config: {} },
            {
              name: 'Value',
              type: FieldType.number,
              labels: metric,
              values: values.map(([, value]) => Number(value)),
              config: { displayNameFromDS: name },
            },
          ],
        });
      });
    }),
  );
  return frames.flat();
}

/** One line for each series: its labels, and its value. */
async function tableOf(query: string): Promise<DataFrame> {
  const series = await ask('query', { query });
  const labels = [...new Set(series.flatMap(({ metric }) => Object.keys(metric)))];
  return toDataFrame({
    fields: [
      ...labels.map((label) => ({
        name: label,
        type: FieldType.string,
        values: series.map(({ metric }) => metric[label] ?? ''),
        config: {},
      })),
      {
        name: 'Value',
        type: FieldType.number,
        values: series.map(({ value }) => Number(value?.[1])),
        config: {},
      },
    ],
  });
}

async function ask(path: string, parameters: Record<string, string | number>): Promise<readonly Series[]> {
  const body = new URLSearchParams(Object.entries(parameters).map(([name, value]) => [name, String(value)]));
  const answer = await fetch(`/api/v1/${path}`, { method: 'POST', body });
  const { status, error, data } = await answer.json();
  if (status !== 'success') throw new Error(error);
  return data.result;
}
