import { UsageError } from '../usage-error.ts';
import { AGREEMENT_MODELS, type Strategy } from './strategy.ts';

/** What `tta demo` may be told. */
export interface DemoOptions {
  /** A file of recorded outcomes. */
  readonly replay?: string | undefined;
  /** Of the recorded outcomes only those whose `split` is one of these. */
  readonly split?: readonly string[] | undefined;
  /** A file of recorded arrivals. */
  readonly arrivals?: string | undefined;
  /** From the cheapest to the strongest. */
  readonly models?: readonly string[] | undefined;
  readonly baseline?: string | undefined;
  /** @defaultValue 'demand' */
  readonly strategy?: Strategy | undefined;
  /** A file of prices. */
  readonly prices?: string | undefined;
  /** A file of calibrated weights. */
  readonly weights?: string | undefined;
  readonly requests?: number | undefined;
  readonly seed: number;
  readonly faults?: number | undefined;
  readonly redis?: string | undefined;
  /** The base URL of a real endpoint. */
  readonly provider?: string | undefined;
  readonly port: number;
  readonly keep?: boolean | undefined;
  readonly json?: boolean | undefined;
}

/** How many requests are sent by default, and how many of them in a second. */
export interface Pace {
  readonly requests: number;
  readonly perSecond: number;
}

/** The usual pace, by where the answers come from. */
export const PACES: Readonly<Record<'own' | 'replay' | 'real', Pace>> = {
  /** Short enough to watch, and long enough to look at the metrics meanwhile. */
  own: { requests: 420, perSecond: 32 },
  /** As fast as a small machine can play provider and client at once. */
  replay: { requests: 2_000, perSecond: 60 },
  /** Real money is spent, and real endpoints have rate limits: a taste must do. */
  real: { requests: 20, perSecond: 2 },
};

/** The share of prompts that meet a fault, by default; a recording and a real endpoint have their own. */
export const USUAL_FAULTS = 0.04;

/** @throws UsageError in one sentence if options contradict each other or lack what they need */
export function checkTogether(options: DemoOptions, env: Readonly<Record<string, string | undefined>>): void {
  const { provider, models, baseline, replay, redis, faults } = options;
  if (provider === undefined && replay === undefined && (models ?? baseline) !== undefined) {
    throw new UsageError(
      '--models and --baseline choose among recorded or real models, so they need --replay or --provider',
    );
  }
  if (options.split !== undefined && replay === undefined) {
    throw new UsageError('--split selects recorded outcomes, so it needs --replay');
  }
  if (options.strategy === 'agreement') checkAgreement(options);
  checkLearned(options);
  if (provider !== undefined) {
    if (!isUrl(provider, ['http:', 'https:'])) {
      throw new UsageError('--provider must be a URL that begins with http:// or https://');
    }
    const { username, password } = new URL(provider);
    if (username !== '' || password !== '') {
      throw new UsageError('--provider must be a URL without user and password; put the key into OPENAI_API_KEY');
    }
    if ((env['OPENAI_API_KEY'] ?? '') === '' && !isLocal(provider)) {
      throw new UsageError('--provider needs the key of that endpoint in the variable OPENAI_API_KEY');
    }
    if (faults !== undefined) throw new UsageError('--faults are for the loopback provider, not for a real one');
  }
  if (redis !== undefined && !isUrl(redis, ['redis:', 'rediss:'])) {
    throw new UsageError('--redis must be a URL that begins with redis:// or rediss://');
  }
}

/** A model on this machine needs no key. */
function isLocal(url: string): boolean {
  return /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);
}

function checkAgreement({ provider, models, replay }: DemoOptions): void {
  if (replay === undefined || provider !== undefined) {
    throw new UsageError(
      '--strategy agreement compares answers that were extracted from recorded ones, so it needs --replay, and no --provider',
    );
  }
  if (models !== undefined && models.length !== AGREEMENT_MODELS) {
    throw new UsageError(
      '--strategy agreement takes three --models: two cheap ones that are compared, and the strong one that answers where ' +
        `they differ; ${models.length === 1 ? 'it was given one' : `they are ${models.length}`}`,
    );
  }
}

function checkLearned({ strategy, weights, models, provider, replay }: DemoOptions): void {
  if (strategy !== 'learned') {
    if (weights !== undefined) throw new UsageError('--weights are for --strategy learned');
    return;
  }
  if (weights === undefined)
    throw new UsageError('--strategy learned needs --weights, as `tta router calibrate` writes them');
  if (provider === undefined && replay === undefined) {
    throw new UsageError(
      '--strategy learned chooses between the models of its weights, so it needs --replay or --provider',
    );
  }
  if (models !== undefined)
    throw new UsageError('--strategy learned takes its models from --weights, so leave out --models');
}

function isUrl(text: string, protocols: readonly string[]): boolean {
  return URL.canParse(text) && protocols.includes(new URL(text).protocol);
}
