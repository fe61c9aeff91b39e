import { checkBoolean, checkFunction, refusal } from 'tta-dev-primitives/internal';
import { answersAgree } from '../../learning/answers.ts';
import { type LearnedVerifier, verifierOf } from '../../learning/verifier.ts';
import type { SeenAnswer } from '../../learning/verifier-inputs.ts';
import type { RoutingWeights } from '../../learning/weights.ts';
import { promptOf as readPrompt } from '../../llm/prompt/prompt.ts';
import { isStep } from '../priced-step.ts';
import type { StageAnswer } from './accept/acceptance.ts';
import { calibratedThreshold } from './accept/learned.ts';
import { callAll, type Extract, extracted } from './agreement.ts';
import type { CascadeOptions } from './cascade-options.ts';
import { CascadePrimitive } from './cascade-primitive.ts';
import type { CascadePromise } from './promise.ts';
import { answerOf, type Reply } from './reply.ts';
import { type Asked, type Asking, CascadeStage, type Member, type MemberInit, membersOf } from './stage.ts';

export interface CertifiedCascadeOptions<I, O>
  extends Omit<CascadeOptions<I, O>, 'accept' | 'promise' | 'quality' | 'qualityTarget'> {
  /**
   * Returns what to compare of an answer: a number, a label, a line of JSON, as it was logged as `p`. Needed if the file names a second
   * model, or
   * was learned from rows without texts.
   */
  readonly extract?: Extract<I, O> | undefined;
  /** What is asked. @defaultValue the newest text of the user in a request to a model, or the input itself, if it is a text */
  readonly promptOf?: ((input: I) => string) | undefined;
  /** Whether to take a file whose promise was not shown, as `tta router certify --force` writes it. @defaultValue false */
  readonly allowUnproven?: boolean | undefined;
}

const OWNER = 'certifiedCascade';

/**
 * Creates the cascade that `tta router certify` learned. The cheap model answers, and a second model too if the file
 * names one. A learned verifier decides whether the answer is good enough; otherwise the strong model is asked.
 *
 * It states what the graded rows showed ({@link CascadePrimitive.describe}, `getStats().quality.promise`). One accepted
 * answer in `checkEvery` is checked by the strong model, and the cheap models are skipped permanently once more of
 * these answers differ than the rows allow, or with `grade`, once they lose more than the target allows. They are also
 * skipped while they cost more than they save.
 *
 * An answer is not accepted if something that the verifier needs is unknown, such as the number of tokens if it was
 * learned from rows without texts.
 *
 * @param weights - as `tta router certify` writes them, parsed or not
 * @param steps - one for each model of the file, by the name that it has there
 * @throws TypeError or RangeError naming the option if an option is wrong; TypeError if the weights hold no verifier,
 * if their promise was not shown, or if the steps are not those of its models
 * @example
 * ```ts
 * const cascade = certifiedCascade(
 *   await readFile('cascade.json', 'utf8'),
 *   { 'gpt-4o-mini': askMini, 'gpt-4.1-nano': askNano, 'gpt-4o': askLarge },
 *   { extract: ({ text }) => text?.split('####')[1] },
 * );
 * ```
 */
export function certifiedCascade<I, O>(
  weights: RoutingWeights | string,
  steps: Readonly<Record<string, MemberInit<I, O>>>,
  options: CertifiedCascadeOptions<I, O> = {},
): CascadePrimitive<I, O> {
  const { extract, promptOf, allowUnproven = false, ...rest } = options;
  checkBoolean(OWNER, 'allowUnproven', allowUnproven);
  if (extract !== undefined) checkFunction(OWNER, 'extract', extract);
  if (promptOf !== undefined) checkFunction(OWNER, 'promptOf', promptOf);
  const verifier = verifierOf(weights);
  const threshold = calibratedThreshold(OWNER, verifier.calibration, allowUnproven);
  if (extract === undefined && (verifier.second !== undefined || verifier.reads === 'answer')) {
    throw new TypeError(
      refusal(OWNER, 'extract', extract, 'a function, because the verifier looks at what was extracted'),
    );
  }
  const { cheap, second, strong } = verifier;
  checkSteps(steps, second === undefined ? [cheap, strong] : [cheap, second, strong]);
  const asked = second === undefined ? [cheap] : [cheap, second];
  const members = membersOf(OWNER, Object.fromEntries(asked.map((model) => [model, named(model, steps)])), 1);
  return new CascadePrimitive<I, O>(
    { [cheap]: new VerifiedStage(members, { verifier, threshold, extract, promptOf }), [strong]: named(strong, steps) },
    { ...rest, promise: promiseOf(verifier, extract !== undefined) },
  );
}

/** What the rows showed; undefined if they did not. @param compares - whether answers are compared as they were in the rows */
function promiseOf({ calibration }: LearnedVerifier, compares: boolean): CascadePromise | undefined {
  if (calibration?.promise !== 'shown') return undefined;
  const { target, savedLow, alpha, rows, differing } = calibration;
  return { target, savedLow: savedLow ?? undefined, alpha, rows, ...(compares ? { differing } : {}) };
}

/** A step that is priced as the model whose name it has, unless it says otherwise. */
function named<I, O>(model: string, steps: Readonly<Record<string, MemberInit<I, O>>>): MemberInit<I, O> {
  const init = steps[model] as MemberInit<I, O>; // checked to be there
  return isStep<I, O>(init) ? { step: init, model } : { model, ...init };
}

function checkSteps(steps: unknown, models: readonly string[]): void {
  const allowed = `a step for each model of the file (${models.join(', ')}) and no other`;
  if (typeof steps !== 'object' || steps === null) throw new TypeError(refusal(OWNER, 'steps', steps, allowed));
  const given = Object.keys(steps);
  const isRight = given.length === models.length && models.every((model) => Object.hasOwn(steps, model));
  if (!isRight) throw new TypeError(`${OWNER}: steps must be ${allowed}, but they are ${given.join(', ') || 'none'}`);
}

interface Judging<I, O> {
  readonly verifier: LearnedVerifier;
  readonly threshold: number;
  readonly extract: Extract<I, O> | undefined;
  readonly promptOf: ((input: I) => string) | undefined;
}

/** Asks the cheap model, and a second one if there is one, and accepts the first answer if it is trusted. */
class VerifiedStage<I, O> extends CascadeStage<I, O> {
  readonly #judging: Judging<I, O>;

  constructor(members: readonly Member<I, O>[], judging: Judging<I, O>) {
    super(members);
    this.#judging = judging;
  }

  override saysTheSame(one: StageAnswer<I, O>, other: StageAnswer<I, O>): boolean {
    const { extract = ({ text }: StageAnswer<I, O>) => text } = this.#judging;
    return answersAgree(extracted(extract, one), extracted(extract, other));
  }

  async ask(asking: Asking<I, O>): Promise<Asked<O>> {
    const { verifier, threshold, promptOf } = this.#judging;
    const { input, context } = asking;
    const replies = await callAll(this.members, asking);
    const [answer = {}, second] = replies.map((reply, index) => {
      const { name } = this.members[index] as Member<I, O>;
      return this.#seen(answerOf(name, input, context, reply), reply);
    });
    const prompt = promptOf === undefined ? readPrompt(input).text : promptOf(input);
    const verdict = verifier(prompt, answer, second) >= threshold ? true : 'unsure';
    return { reply: replies[0] as Reply<O>, verdict };
  }

  /** An answer as those were seen that the verifier was learned from. */
  #seen(answer: StageAnswer<I, O>, { outputTokens }: Reply<O>): SeenAnswer {
    const { verifier, extract } = this.#judging;
    const key = extract && extracted(extract, answer);
    return verifier.reads === 'text' ? { text: answer.text, answer: key } : { answer: key, outputTokens };
  }
}
