import type { Sampler, SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace';
import { checkMethods, refusal } from 'tta-dev-primitives/internal';
import {
  booleanSetting,
  numberSetting,
  otherSetting,
  recordSetting,
  type Setting,
  type Settings,
  type SettingsOf,
} from '../settings.ts';
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
  readonly hasExceptionMessages: boolean;
}

const MEBIBYTE = 2 ** 20;

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
  spanProcessors: listSetting<SpanProcessor>('onStart', 'onEnd', 'forceFlush', 'shutdown'),
  exporters: listSetting<SpanExporter>('export', 'shutdown'),
  sampler: otherSetting((name, given) => {
    checkMethods('initializeObservability', name, given, ['shouldSample']);
    return given as Sampler;
  }),
  exceptionMessages: booleanSetting(),
} satisfies SettingsOf<TracesOptions>;

/** The option `traces`, which is checked in full below. */
export const tracesSetting: Setting<TracesOptions> = recordSetting<TracesOptions>();

/**
 * Reads the option `traces`.
 *
 * @param keepsByDefault - whether failed and slow workflows are kept if nothing else is said
 */
export function traceSettingsOf(
  settings: Settings,
  options: Partial<TracesOptions> | undefined,
  keepsByDefault: boolean,
): TraceSettings {
  const {
    keep,
    spanProcessors = [],
    exporters = [],
    sampler,
    exceptionMessages = false,
  } = settings.read(options ?? {}, TRACES, 'traces');
  const isKeeping = keep === false ? false : keep !== undefined || keepsByDefault;
  const kept = settings.read(keep === false || keep === undefined ? {} : keep, KEEP, 'traces.keep');
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
    hasExceptionMessages: exceptionMessages,
  };
}

function listSetting<T>(...methods: readonly string[]) {
  return otherSetting((name, given): readonly T[] => {
    if (!Array.isArray(given)) throw new TypeError(refusal('initializeObservability', name, given, 'a list'));
    given.forEach((item: unknown, index) => {
      checkMethods('initializeObservability', `${name}[${index}]`, item, methods);
    });
    return given as readonly T[]; // each has the methods of one
  });
}
