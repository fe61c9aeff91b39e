import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseDocument, stringify } from 'yaml';
import { RULE_FILES } from '../prometheus/rules.ts';
import { type Server, startServer } from './server.ts';

/** One series of an answer, with its newest value. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A running Prometheus. */
export interface Prometheus extends Server {
  /** @throws Error with what Prometheus says if the expression is wrong */
  query(expr: string): Promise<readonly Sample[]>;
}

export interface PrometheusOptions {
  readonly program: string;
  /** Hosts and ports to scrape, by the name of the job. */
  readonly targets: Readonly<Record<string, string>>;
  /** Where alerts go; without it no rule is loaded. */
  readonly alertmanager?: string;
}

/** Also how long a scrape may take, which is more than half a second on a busy machine. */
const SCRAPE_INTERVAL = '2s';

/** Starts a Prometheus that scrapes every other second and has the rules of this repository, in which a minute takes a second. */
export async function startPrometheus({ program, targets, alertmanager }: PrometheusOptions): Promise<Prometheus> {
  const rules = alertmanager === undefined ? {} : fastRules();
  const server = await startServer({
    program,
    files: { ...rules, 'prometheus.yaml': configuration(targets, Object.keys(rules), alertmanager) },
    parameters: (port, folder) => [
      `--config.file=${folder}/prometheus.yaml`,
      `--storage.tsdb.path=${folder}/data`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--enable-feature=exemplar-storage',
    ],
    readyPath: '/-/ready',
  });
  return { ...server, query: (expr) => query(server.url, expr) };
}

function configuration(
  targets: PrometheusOptions['targets'],
  ruleFiles: readonly string[],
  alertmanager: string | undefined,
): string {
  return stringify({
    global: { scrape_interval: SCRAPE_INTERVAL, evaluation_interval: '1s' },
    rule_files: ruleFiles,
    ...(alertmanager !== undefined && {
      alerting: { alertmanagers: [{ static_configs: [{ targets: [new URL(alertmanager).host] }] }] },
    }),
    scrape_configs: Object.entries(targets).map(([job, target]) => ({
      job_name: job,
      static_configs: [{ targets: [target] }],
    })),
  });
}

/** The rules as they are committed, but with every range, wait and interval a sixtieth as long. */
function fastRules(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    RULE_FILES.map((file) => {
      const document = parseDocument(readFileSync(file, 'utf8'));
      const { groups } = document.toJS() as {
        groups: { interval?: string; rules: { for?: string; expr: string }[] }[];
      };
      const fast = groups.map(({ interval: _interval, rules, ...group }) => ({
        ...group,
        rules: rules.map(({ for: wait, expr, ...rule }) => ({
          ...rule,
          expr: expr.replace(
            /\[(\w+)\]/g,
            (_all, range: string) => `[${Math.max(secondsIn(range) / 60, SHORTEST_RANGE_S)}s]`,
          ),
          ...(wait !== undefined && { for: `${secondsIn(wait) / 60}s` }),
        })),
      }));
      return [basename(file), stringify({ groups: fast })];
    }),
  );
}

/** Several scrapes, also where the machine is slow. */
const SHORTEST_RANGE_S = 10;

const SECONDS_IN: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** @param duration - of one unit: `15m` */
function secondsIn(duration: string): number {
  const seconds = Number.parseInt(duration, 10) * (SECONDS_IN[duration.replace(/^\d+/, '')] ?? Number.NaN);
  if (Number.isNaN(seconds)) throw new Error(`not a duration of one unit: ${duration}`);
  return seconds;
}

interface QueryAnswer {
  readonly status: string;
  readonly error?: string;
  readonly data?: {
    readonly resultType: string;
    readonly result: readonly { metric: Record<string, string>; value: [number, string] }[] | [number, string];
  };
}

async function query(url: string, expr: string): Promise<readonly Sample[]> {
  const answer = await fetch(`${url}/api/v1/query`, { method: 'POST', body: new URLSearchParams({ query: expr }) });
  const { status, error, data } = (await answer.json()) as QueryAnswer;
  if (status !== 'success' || data === undefined) throw new Error(error ?? `status ${answer.status}`);
  if (data.resultType === 'scalar') return [{ labels: {}, value: Number((data.result as [number, string])[1]) }];
  const vector = data.result as readonly { metric: Record<string, string>; value: [number, string] }[];
  return vector.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
}
