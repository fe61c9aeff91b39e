import type { WorkflowContext } from 'tta-dev-primitives';

type Metadata = WorkflowContext['metadata'];

/** Carries a call of an SDK in the context of its workflow. */
export interface CarriedCall<Call> {
  /** The metadata of a context, with the call: the contexts of shared calls and refreshes then have it too. */
  within(call: Call, metadata: object): Metadata;
  /** @throws TypeError if a step has made a context of its own */
  callIn(context: WorkflowContext): Call;
}

/** @param owner - what the error names */
export function carriedCall<Call extends object>(owner: string): CarriedCall<Call> {
  const key: symbol = Symbol(`tta.${owner}`);
  return {
    within: (call, metadata) => ({ ...metadata, [key]: call }) as Metadata,
    callIn({ metadata }) {
      const call = (metadata as Readonly<Record<symbol, Call | undefined>>)[key];
      if (call !== undefined) return call;
      throw new TypeError(
        `${owner}: the call must be executed with the context of the workflow, or with a child of it`,
      );
    },
  };
}
