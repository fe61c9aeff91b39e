import { type RunningStep, type WorkflowContext, WorkflowPrimitive } from 'tta-dev-primitives';
import { wholeResponse } from 'tta-dev-primitives/internal';
import type { FetchRequest } from './fetch-call.ts';

/** A whole answer whose body has come whole, in a form that a model call reads at once. */
export class WholeBody {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
  /** What the body has come with. */
  readonly response: Response;

  constructor(response: Response, body: Uint8Array<ArrayBuffer>) {
    this.status = response.status;
    this.headers = { 'content-type': response.headers.get('content-type') ?? '' }; // without the encoding, which is undone
    this.body = body;
    this.response = response;
  }

  /** The response again. */
  toResponse(): Response {
    return wholeResponse(this.response, this.body);
  }
}

/** What the call gives: a stream as it comes, or a whole body; undefined for an empty body, which is no answer. */
export type SentAnswer = Response | WholeBody | undefined;

/**
 * A call whose whole answers have come whole: limits in time cover their bodies, and a retry or another route mends an answer that breaks
 * off or states an error. Streams are handed on as they come.
 */
export class WholeAnswer extends WorkflowPrimitive<FetchRequest, Response> {
  override readonly kind = 'fetch';
  protected override readonly endsWithContext = true;
  readonly #call: WorkflowPrimitive<FetchRequest, SentAnswer>;

  constructor(call: WorkflowPrimitive<FetchRequest, SentAnswer>) {
    super(call.name);
    this.#call = call;
  }

  override get parts(): readonly WorkflowPrimitive<never, unknown>[] {
    return [this.#call];
  }

  protected override async run(request: FetchRequest, context: WorkflowContext, _step: RunningStep): Promise<Response> {
    const answer = await this.#call.execute(request, context);
    return answer instanceof WholeBody ? answer.toResponse() : (answer as Response); // a model call fails without an answer
  }
}
