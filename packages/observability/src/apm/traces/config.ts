import type { Sampler, SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace';
import {
  checkFunction,
  checkMethods,
  checkNoUnknown,
  checkNumber,
  checkOneOf,
  refusal,
} from 'tta-dev-primitives/internal';
import type { Redact } from '../../telemetry/spans/captured-content.ts';
import { EXTRA_NAMES, type ExtraName } from '../../telemetry/spans/extras/span-extra.ts';
import {
  booleanSetting,
  numberSetting,
  otherSetting,
  recordSetting,
  type Setting,
  type Settings,
  type SettingsOf,
  textSetting,
} from '../settings.ts';
import type { FileSpanExporterOptions } from './file-span-exporter.ts';
import type { KeepRules } from './keep-rules.ts';
import type { KeepOptions, TracesOptions } from './options.ts';
import type { BufferLimits } from './trace-buffer.ts';

/** What the option `traces` decides. */
export interface TraceSettings {
  readonly rules: KeepRules;
  readonly limits: BufferLimits;
  readonly spanProcessors: readonly SpanProcessor[];
  readonly exporters: readonly SpanExporter[];
  readonly sampler: Sampler | undefined;
  readonly file: FileSpanExporterOptions | undefined;
  readonly hasExceptionMessages: boolean;
  readonly extras: readonly ExtraName[];
  /** Undefined if prompts and answers are not captured. */
  readonly content: { readonly redact: Redact | undefined } | undefined;
  /** The options that were set and that only a tracer provider of ours follows. */
  readonly ownOnly: readonly string[];
}

const OWNER = 'initializeObservability';

const CAPTURE_VARIABLE = 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT';

const MEBIBYTE = 2 ** 20;

const MAX_FILE_BYTES = 100 * MEBIBYTE;

const PATH = textSetting('TTA_TRACES_FILE');

const ABOVE_ZERO = { above: 0 } as const;
const COUNT = { atLeast: 1, isInteger: true, atMost: 10_000_000 } as const;

const KEEP = {
  failed: booleanSetting(),
  slowerThanMs: numberSetting({ above: 0, allowInfinity: true }),
  costlierThanUsd: numberSetting(ABOVE_ZERO),
  maxTraces: numberSetting(COUNT),
  maxSpans: numberSetting(COUNT),
  maxBytes: numberSetting({ ...COUNT, atMost: 2 ** 40 }),
} satisfies SettingsOf<KeepOptions>;

const RECORD = recordSetting<KeepOptions>();

const TRACES = {
  keep: otherSetting((name, given) => (given === false ? (false as const) : RECORD.fromOption(name, given))),
  spanProcessors: listSetting<SpanProcessor>(withMethods('onStart', 'onEnd', 'forceFlush', 'shutdown')),
  exporters: listSetting<SpanExporter>(withMethods('export', 'shutdown')),
  sampler: otherSetting((name, given) => {
    checkMethods(OWNER, name, given, ['shouldSample']);
    return given as Sampler;
  }),
  file: otherSetting(readFile),
  exceptionMessages: booleanSetting(),
  extras: listSetting<ExtraName>((owner, name, word) => checkOneOf(owner, name, word, EXTRA_NAMES)),
  captureContent: { ...otherSetting(readCapture), fromVariable: readCaptureVariable, variables: [CAPTURE_VARIABLE] },
} satisfies SettingsOf<TracesOptions>;

/** The option `traces`, which is checked in full below. */
export const tracesSetting: Setting<TracesOptions> = recordSetting<TracesOptions>();

/**
 * Reads the option `traces`.
 *
 * @param keepsByDefault - whether failed and slow workflows are kept if nothing else is said, and whether the environment asks for a file
 */
export function traceSettingsOf(
  settings: Settings,
  options: Partial<TracesOptions> | undefined,
  { keepsByDefault, writesFile }: { readonly keepsByDefault: boolean; readonly writesFile: boolean },
): TraceSettings {
  const {
    keep,
    spanProcessors = [],
    exporters = [],
    sampler,
    exceptionMessages = false,
    extras = [],
    captureContent: content = false,
    file,
  } = settings.read(options ?? {}, TRACES, 'traces');
  const isKeeping = keep === false ? false : keep !== undefined || keepsByDefault;
  const kept = settings.read(keep === false || keep === undefined ? {} : keep, KEEP, 'traces.keep');
  const written =
    file ?? (writesFile ? { path: settings.get(PATH) ?? 'traces.jsonl', maxBytes: MAX_FILE_BYTES } : undefined);
  return {
    rules: isKeeping
      ? {
          failed: kept.failed ?? true,
          slowerThanMs: kept.slowerThanMs ?? 60_000,
          costlierThanUsd: kept.costlierThanUsd,
        }
      : { failed: false, slowerThanMs: undefined, costlierThanUsd: undefined },
    limits: {
      maxTraces: kept.maxTraces ?? 1_000,
      maxSpans: kept.maxSpans ?? 20_000,
      maxBytes: kept.maxBytes ?? 16 * MEBIBYTE,
    },
    spanProcessors,
    exporters,
    sampler,
    file: written,
    hasExceptionMessages: exceptionMessages,
    extras,
    content: content === false ? undefined : content,
    ownOnly: namesOfSet({
      'traces.keep': keep !== undefined,
      'traces.spanProcessors': spanProcessors.length > 0,
      'traces.exporters': exporters.length > 0,
      'traces.sampler': sampler !== undefined,
      'traces.file': written !== undefined,
    }),
  };
}

/** The names of the options that are set. */
export function namesOfSet(options: Readonly<Record<string, boolean>>): readonly string[] {
  return Object.keys(options).filter((name) => options[name]);
}

type Check = (owner: string, name: string, item: unknown) => void;

function listSetting<T>(check: Check): Setting<readonly T[]> {
  return otherSetting((name, given): readonly T[] => {
    if (!Array.isArray(given)) throw new TypeError(refusal(OWNER, name, given, 'a list'));
    given.forEach((item: unknown, index) => {
      check(OWNER, `${name}[${index}]`, item);
    });
    return given as readonly T[]; // each was checked
  });
}

function withMethods(...methods: readonly string[]): Check {
  return (owner, name, item) => checkMethods(owner, name, item, methods);
}

function readFile(name: string, given: unknown): FileSpanExporterOptions {
  if (typeof given === 'string') return { path: PATH.fromOption(name, given), maxBytes: MAX_FILE_BYTES };
  const {
    path,
    maxBytes = MAX_FILE_BYTES,
    ...others
  } = recordSetting<{
    readonly path?: unknown;
    readonly maxBytes?: unknown;
  }>().fromOption(name, given);
  checkNoUnknown(OWNER, others, {}, name);
  checkNumber(OWNER, `${name}.maxBytes`, maxBytes, { atLeast: 1_000 });
  return { path: PATH.fromOption(`${name}.path`, path), maxBytes };
}

type Capture = { readonly redact: Redact | undefined } | false;

function readCapture(name: string, given: unknown): Capture {
  if (typeof given === 'boolean') return given && { redact: undefined };
  const { redact, ...others } = recordSetting<{ readonly redact?: unknown }>().fromOption(name, given);
  checkNoUnknown(OWNER, others, {}, name);
  if (redact !== undefined) checkFunction(OWNER, `${name}.redact`, redact);
  return { redact: redact as Redact | undefined }; // it is a function
}

/** Words of the conventions: content goes on spans, on events, on both or on neither. Here it goes on spans. */
function readCaptureVariable(name: string, text: unknown): Capture {
  const word = String(text).toLowerCase();
  if (['true', '1', 'span_only', 'span_and_event'].includes(word)) return { redact: undefined };
  if (['false', '0', 'no_content', 'event_only'].includes(word)) return false;
  throw new RangeError(refusal('environment', name, text, 'true or false'));
}
