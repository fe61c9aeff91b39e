import type { WorkflowContext } from 'tta-dev-primitives';

/** One call of a step that answers when told to. */
export interface PendingCall {
  readonly input: unknown;
  readonly context: WorkflowContext;
  resolve(answer: unknown): void;
  reject(error: unknown): void;
}

/** A step that answers its n-th call with `answer n`, or as `script` has it; `hold` keeps its answers back. */
export function scriptedStep(script: (call: number) => unknown = (call) => `answer ${call}`) {
  const pending: PendingCall[] = [];
  const state = { isHolding: false, calls: 0 };
  const step = async (input: unknown, context: WorkflowContext): Promise<unknown> => {
    state.calls += 1;
    if (!state.isHolding) return script(state.calls);
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    context.onAbort(reject);
    pending.push({ input, context, resolve, reject });
    return promise;
  };
  return {
    step,
    pending,
    /** From now on calls wait until they are answered one by one. */
    hold: (): void => {
      state.isHolding = true;
    },
    release: (): void => {
      state.isHolding = false;
    },
  };
}

/** What a provider in trouble makes an SDK throw. */
export const overloaded = (): Error => Object.assign(new Error('overloaded'), { status: 529 });

export const refused = (): Error => Object.assign(new Error('bad request'), { status: 400 });
