import { randomBytes } from 'node:crypto';
import type { WorkflowContext } from 'tta-dev-primitives';
import {
  booleanOption,
  checkText,
  functionOption,
  methodsOption,
  nameOption,
  numberOption,
  type OptionRules,
  option,
  readOptions,
  refusal,
  required,
  textOption,
} from 'tta-dev-primitives/internal';
import { USUAL_HASH_BITS } from 'tta-observability-integration/learning';
import { type PriceSource, priceSourceOption, promptOf } from 'tta-observability-integration/llm';
import type { RowSettings } from './row.ts';
import type { RoutingLogLogger, RoutingLogSink } from './sink.ts';

/** Grades an answer from 0 to 1; undefined when it cannot say. */
export type GradeAnswer<I> = (
  answer: { readonly output: unknown; readonly text: string | undefined; readonly model: string | undefined },
  input: I,
  context: WorkflowContext,
) => number | undefined | PromiseLike<number | undefined>;

export interface RoutingLogOptions<I> {
  /** Where rows go: `fileSink({ path })`, or anything with `write(lines)`. */
  readonly sink: RoutingLogSink;
  /** Whether prompts are written as they are, instead of hashes and features. @defaultValue false */
  readonly includePrompt?: boolean | undefined;
  /** Whether the texts of answers are written. @defaultValue false */
  readonly includeAnswer?: boolean | undefined;
  /** Key of the hash that names a prompt; the same in every process whose rows should be joined. @defaultValue random */
  readonly secret?: string | undefined;
  /** The models as routes and weights name them: dated versions of them in answers are logged under these names. */
  readonly models?: readonly string[] | undefined;
  /** Into how many slots, as a power of two, words are hashed; at least as many as weights are to have. @defaultValue 18 */
  readonly hashBits?: number | undefined;
  /** What is asked of a model. @defaultValue the newest message of the user, as routers read it */
  readonly promptOf?: ((input: I) => string) | undefined;
  /** Grades every answer, off the caller's path. @defaultValue rows have no quality but what `grade(id, quality)` gives them */
  readonly grade?: GradeAnswer<I> | undefined;
  /** How long `grade` may take, in milliseconds. @defaultValue 30_000 */
  readonly timeoutMs?: number | undefined;
  /** How long a row waits for `grade(id, quality)`, in milliseconds. @defaultValue 0, it does not wait */
  readonly gradeWithinMs?: number | undefined;
  /** How many rows, of 16 MiB of text at most, may wait for it; the oldest ones are written without. @defaultValue 1_000 */
  readonly maxHeld?: number | undefined;
  /** How many bytes may wait for the sink; what does not fit is dropped. @defaultValue 4_194_304 */
  readonly maxBufferBytes?: number | undefined;
  /** Where prices come from. @defaultValue bundledPrices */
  readonly prices?: PriceSource | undefined;
  /** Called when rows begin to be lost, and when that ends. @defaultValue none; the statistics say it too */
  readonly logger?: RoutingLogLogger | undefined;
  /** Names the log in metrics, spans and statistics. @defaultValue the name of the step */
  readonly operation?: string | undefined;
}

export interface RoutingLogSettings<I> extends RowSettings {
  readonly sink: RoutingLogSink;
  readonly promptOf: (input: I) => string;
  readonly grade: GradeAnswer<I> | undefined;
  readonly timeoutMs: number;
  readonly gradeWithinMs: number;
  readonly maxHeld: number;
  readonly maxBufferBytes: number;
  readonly prices: PriceSource | undefined;
  readonly logger: RoutingLogLogger | undefined;
}

const OWNER = 'RoutingLogPrimitive';

const RULES = {
  sink: required(methodsOption('write')),
  includePrompt: booleanOption(false),
  includeAnswer: booleanOption(false),
  secret: textOption,
  models: option<readonly string[]>((owner, name, models) => {
    if (!Array.isArray(models)) throw new TypeError(refusal(owner, name, models, 'a list of names'));
    for (const model of models) checkText(owner, name, model);
  }, []),
  hashBits: numberOption({ atLeast: 8, atMost: 24, isInteger: true }, USUAL_HASH_BITS),
  promptOf: functionOption((input: unknown) => promptOf(input).text),
  grade: functionOption(),
  timeoutMs: numberOption({ above: 0 }, 30_000),
  gradeWithinMs: numberOption({ atLeast: 0 }, 0),
  maxHeld: numberOption({ atLeast: 1, isInteger: true }, 1_000),
  maxBufferBytes: numberOption({ atLeast: 1 }, 4 * 1024 * 1024),
  prices: priceSourceOption,
  logger: methodsOption('warn', 'info'),
  operation: nameOption,
} satisfies OptionRules<RoutingLogOptions<never>>;

/** @throws TypeError or RangeError that names the option, the value and what is allowed */
export function routingLogSettingsOf<I>(options: RoutingLogOptions<I>): RoutingLogSettings<I> {
  const {
    operation: _name,
    secret = randomBytes(32).toString('hex'),
    ...settings
  } = readOptions(OWNER, options, RULES);
  return { ...settings, secret };
}
