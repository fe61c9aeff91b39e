import { randomUUID } from 'node:crypto';
import type { WorkflowContext } from '../context.ts';
import { noteBegin, noteRecord } from './observe-reports.ts';
import { RecordTree, type TreeListener } from './record-tree.ts';
import type { RequestRecord } from './report.ts';
import type { ReportedRequest } from './reported-request.ts';
import { type ReportedExecution, TreeRecord } from './tree-record.ts';

/** Tells the requests of this process from those of others. */
const PROCESS = randomUUID().slice(0, 18);

let requests = 0;

/**
 * The same context with a record for everything beneath it. One that is not within another record is a request of its own, which those who
 * observe reports get too.
 *
 * @param onEnd - gets the record when all work has really ended
 */
export function recorded(context: WorkflowContext, onEnd?: (record: RequestRecord) => void): WorkflowContext {
  return context.within(new Request(context, onEnd).root);
}

/**
 * The request that a context belongs to, the same object as in its record; undefined if no record is kept of what runs with the context.
 * Use it to decide something once for a request, in a WeakMap, and to state what costs time to find out only where it is kept.
 */
export function requestOf({ record }: WorkflowContext): ReportedRequest | undefined {
  return record === undefined || record.isFlat || !record.tree.isOpen ? undefined : record.tree.request;
}

/** One request, while its work goes on. */
class Request implements TreeListener {
  readonly root: TreeRecord;
  readonly #context: WorkflowContext;
  readonly #onEnd: ((record: RequestRecord) => void) | undefined;
  readonly #tree: RecordTree;
  readonly #isNested: boolean;
  readonly #startedAt: number;
  readonly #startedAtMs: number;
  #asked: ReportedRequest | undefined;

  constructor(context: WorkflowContext, onEnd: ((record: RequestRecord) => void) | undefined) {
    const { record: outer, clock } = context;
    this.#context = context;
    this.#onEnd = onEnd;
    this.#startedAt = clock.now();
    this.#startedAtMs = clock.epochMs();
    if (outer !== undefined && !outer.isFlat && outer.tree.isOpen) {
      this.#isNested = true;
      this.#tree = new RecordTree(clock, this, outer.tree);
      this.root = outer.beginTree(this.#tree, this.#startedAt);
    } else {
      this.#isNested = false;
      this.#tree = new RecordTree(clock, this, undefined, outer?.note);
      this.root = new TreeRecord(this.#tree, undefined, this.#startedAt);
    }
  }

  get request(): ReportedRequest {
    return (this.#asked ??= this.#ask());
  }

  began(): void {
    if (!this.#isNested) noteBegin(this.request, () => this.#read());
  }

  ended(): void {
    const record = this.#read();
    this.#onEnd?.(record);
    if (!this.#isNested) noteRecord(record);
    if (!this.#tree.isOpen) this.root.forget();
  }

  #read(): RequestRecord {
    const now = this.#context.clock.now();
    const executions = this.root.executionsSince(this.#startedAt, now);
    return new Recording(this.request, executions, now - this.#startedAt, this.#tree);
  }

  #ask(): ReportedRequest {
    const { workflowId, correlationId, sessionId, tenantId, userId, tags } = this.#context;
    const { kind, name } = this.root.partAt(0)?.primitive ?? NO_EXECUTION;
    requests += 1;
    const id = `${PROCESS}-${requests.toString(36)}`;
    const startedAtMs = this.#startedAtMs;
    return { id, kind, name, workflowId, correlationId, sessionId, tenantId, userId, tags, startedAtMs };
  }
}

/** A class, because a getter in a literal is slow, and the late facts are counted on. */
class Recording implements RequestRecord {
  readonly request: ReportedRequest;
  readonly executions: readonly ReportedExecution[];
  readonly durationMs: number;
  readonly omitted: number;
  readonly #tree: RecordTree;

  constructor(
    request: ReportedRequest,
    executions: readonly ReportedExecution[],
    durationMs: number,
    tree: RecordTree,
  ) {
    this.request = request;
    this.executions = executions;
    this.durationMs = durationMs;
    this.omitted = tree.omitted;
    this.#tree = tree;
  }

  get lateFacts(): number {
    return this.#tree.lateFacts;
  }
}

const NO_EXECUTION = { kind: '', name: '' };
