import type { PageFormat } from '../telemetry/page/page-format.ts';

/** One format that a reader takes. */
interface Choice {
  readonly type: string;
  readonly version: string | undefined;
  readonly quality: number;
}

/** What each format is called, and the versions of it that the page is. A reader that names no version takes any. */
const FORMATS: Readonly<Record<PageFormat, { readonly type: string; readonly versions: readonly string[] }>> = {
  text: { type: 'text/plain', versions: ['0.0.4'] },
  openmetrics: { type: 'application/openmetrics-text', versions: ['1.0.0'] },
};

/**
 * The format that a reader prefers, by its `Accept`; the text format if it does not care.
 *
 * @returns undefined if it takes neither
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-accept
 */
export function formatFor(accept: string | undefined): PageFormat | undefined {
  if (accept === undefined || accept.trim() === '') return 'text';
  const choices = accept.split(',').map(choiceOf);
  const text = qualityOf('text', choices);
  const openmetrics = qualityOf('openmetrics', choices);
  if (text === 0 && openmetrics === 0) return undefined;
  return openmetrics > text ? 'openmetrics' : 'text';
}

/** Whether a reader takes gzip, by its `Accept-Encoding`. */
export function acceptsGzip(acceptEncoding: string | string[] | undefined): boolean {
  const choices = String(acceptEncoding ?? '')
    .split(',')
    .map(choiceOf);
  const gzip = choices.find(({ type }) => type === 'gzip') ?? choices.find(({ type }) => type === '*');
  return (gzip?.quality ?? 0) > 0;
}

/** The most exact mention of a format decides, so `text/plain;q=0` refuses it beside a wildcard. */
function qualityOf(format: PageFormat, choices: readonly Choice[]): number {
  const { type, versions } = FORMATS[format];
  const [group] = type.split('/');
  const named = choices.filter((choice) => choice.type === type);
  const fitting = named.filter(({ version }) => version === undefined || versions.includes(version));
  const found = [fitting, choices.filter((choice) => choice.type === `${group}/*` || choice.type === '*/*')];
  const [best = []] = found.filter(({ length }) => length > 0);
  return Math.max(0, ...best.map(({ quality }) => quality));
}

function choiceOf(item: string): Choice {
  const [type = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase());
  const values = new Map(parameters.map((parameter) => parameter.split('=', 2) as [string, string | undefined]));
  const quality = Number(values.get('q') ?? 1);
  return { type, version: values.get('version'), quality: quality >= 0 && quality <= 1 ? quality : 0 };
}
