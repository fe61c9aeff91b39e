import { type RunningStep, type WorkflowContext, WorkflowPrimitive } from 'tta-dev-primitives';
import { untilAborted, withBody } from 'tta-dev-primitives/internal';
import { callIn, type FetchRequest } from './fetch-call.ts';

/**
 * A call whose whole answers have come whole: limits in time cover their bodies, and a retry or another route mends an answer that breaks
 * off or states an error. Streams are handed on as they come.
 */
export class WholeAnswer extends WorkflowPrimitive<FetchRequest, Response> {
  override readonly kind = 'fetch';
  protected override readonly endsWithContext = true;
  readonly #call: WorkflowPrimitive<FetchRequest, Response>;

  constructor(call: WorkflowPrimitive<FetchRequest, Response>) {
    super(call.name);
    this.#call = call;
  }

  override get parts(): readonly WorkflowPrimitive<never, unknown>[] {
    return [this.#call];
  }

  protected override async run(request: FetchRequest, context: WorkflowContext, _step: RunningStep): Promise<Response> {
    const response = await this.#call.execute(request, context);
    if (callIn(context).isStreamed || isStream(response)) return response;
    const bytes = await untilAborted(context, response.arrayBuffer());
    return withBody(response, bytes.byteLength === 0 ? null : bytes) as Response; // of the class of the response
  }
}

const STREAM_TYPE = /^(?:text\/event-stream|application\/(?:x-)?ndjson|application\/vnd\.amazon\.eventstream)\b/i;

function isStream({ headers }: Response): boolean {
  return STREAM_TYPE.test(headers.get('content-type') ?? '');
}
