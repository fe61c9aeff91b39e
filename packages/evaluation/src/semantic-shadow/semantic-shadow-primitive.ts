import { type RunningStep, type Step, type WorkflowContext, WorkflowPrimitive } from 'tta-dev-primitives';
import { asOnlyWork, followWhole, isOngoing, safely } from 'tta-dev-primitives/internal';
import { answerText, modelOf, usageOf } from 'tta-observability-integration/llm';
import { type CacheRules, cacheRules } from 'tta-observability-integration/primitives';
import { registerTopic } from 'tta-observability-integration/telemetry';
import { type Question, questionOf } from './question.ts';
import { checkShadowOptions, type SemanticShadowOptions } from './semantic-shadow-options.ts';
import { type Answered, type SemanticShadowStats, Shadow } from './shadow.ts';
import { semanticShadowTopic } from './topic.ts';

/** Longer texts and answers are not compared, which limits the memory. */
const MAX_LENGTH = 32_768;

/**
 * Says what a semantic cache around a step would have answered, and how often wrongly, without serving anything: every request goes
 * to the step, and its answer is compared with that of the nearest earlier request.
 *
 * Only requests that are equal but for the text of their last message are compared, within one scope. A text that differs in a
 * number, a negation, a name or a quotation would be refused, however near. The newest texts and answers are held in this
 * process's memory, `maxEntries` of them, and nowhere else; those above 32,768 characters are not compared. Whatever `embed` and `agree` do, the caller gets the step's answer
 * at once.
 *
 * @throws TypeError or RangeError naming the option if an option is wrong
 * @see https://arxiv.org/abs/2502.03771 for why a similarity alone cannot tell right from wrong hits
 * @example
 * ```ts
 * const shadowed = new SemanticShadowPrimitive(ask, { operation: 'faq', embed, agree: judgeByModel });
 * // a day of traffic later
 * shadowed.getStats().policies.filter(({ isConclusive, disagreementRate }) => isConclusive && disagreementRate.high < 0.01);
 * ```
 */
export class SemanticShadowPrimitive<I, O> extends WorkflowPrimitive<I, O> {
  override readonly kind = 'semantic_shadow';
  readonly #step: WorkflowPrimitive<I, O>;
  readonly #rules: CacheRules<I>;
  readonly #shadow: Shadow;

  constructor(step: Step<I, O>, options: SemanticShadowOptions<I>) {
    const checked = checkShadowOptions(options);
    const primitive = asOnlyWork(step);
    super(checked.operation ?? primitive.name);
    registerTopic(semanticShadowTopic);
    const { vary, scope, cost, provider, prices } = checked;
    this.#step = primitive;
    this.#rules = cacheRules({ operation: this.name, vary, scope, cost, provider, prices });
    this.#shadow = new Shadow(checked);
  }

  override get parts(): readonly WorkflowPrimitive<never, unknown>[] {
    return [this.#step];
  }

  /** What semantic caches would have done so far. */
  getStats(): SemanticShadowStats {
    return this.#shadow.read(this.name);
  }

  override toString(): string {
    const { total, policies } = this.getStats();
    const each = policies.map(({ threshold, hits, disagreementRate: { share, low, high } }) => {
      const [rate, least, most] = [share, low, high].map((part) => (part * 100).toFixed(1));
      return `${threshold}: ${hits} hits, ${rate} % [${least}, ${most}] wrong`;
    });
    return `SemanticShadowPrimitive(${this.name}: ${total} requests; ${each.join('; ')})`;
  }

  protected override async run(input: I, context: WorkflowContext, { note }: RunningStep): Promise<O> {
    note('semanticShadow.operation', this.name);
    this.#shadow.requested();
    const question = questionOf(input, context, this.#rules); // begun before the step could change the input
    let output: O;
    try {
      output = await this.#step.execute(input, context);
    } catch (error) {
      void this.#shadow.watch(undefined, note);
      throw error;
    }
    const watch = async (answer: unknown, isStreamed: boolean): Promise<void> => {
      const asked = await question;
      await this.#shadow.watch(
        safely(() => this.#answered(asked, input, answer, isStreamed, context)),
        note,
      );
    };
    const isStreamed = isOngoing(output);
    return followWhole(output, (whole) => void watch(whole, isStreamed));
  }

  /** What can be compared; undefined for an answer that a cache would not store, and for one without a text. */
  #answered(
    question: Question | undefined,
    input: I,
    output: unknown,
    isStreamed: boolean,
    context: WorkflowContext,
  ): Answered | undefined {
    const answer = answerText(output);
    if (question === undefined || answer === undefined) return undefined;
    if (question.text.length > MAX_LENGTH || answer.length > MAX_LENGTH) return undefined;
    if (this.#rules.objectionTo({ input, output, isStream: isStreamed }) !== undefined) return undefined;
    const making = { input, usage: usageOf(output), model: modelOf(output) };
    return { ...question, answer, costUsd: this.#rules.costOf(making, context.clock.epochMs()) };
  }
}
