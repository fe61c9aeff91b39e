import { createInterface } from 'node:readline';
import { RetryPrimitive, WorkflowContext } from 'tta-dev-primitives';
import { modelCall } from '../../../call/model-call.ts';
import { SavingsLedger } from '../savings-ledger.ts';
import { jsonLinesSink } from '../sinks/json-lines.ts';
import type { LedgerSink } from '../sinks/sink.ts';
import { sqliteSink } from '../sinks/sqlite.ts';

// A process that asks a provider until it is killed or its input ends, and keeps a ledger. It prints the requests that were stored for sure.
const [url = '', path = '', life = '', everyText = ''] = process.argv.slice(2);

const recorded: string[] = [];
const recording: LedgerSink = {
  write: ({ workflowId }) => void recorded.push(workflowId),
  flush: async () => {},
  close: async () => {},
};
const store = path.endsWith('.db') ? sqliteSink({ path }) : jsonLinesSink({ path });
const ledger = new SavingsLedger({ sinks: [recording, store] });

const ask = modelCall(
  async (id: string) => {
    const response = await fetch(url, { method: 'POST', body: id });
    if (!response.ok) throw Object.assign(new Error('overloaded'), { status: response.status });
    return response.json();
  },
  { model: 'm', price: { inputPerMillionUsd: 0.15, outputPerMillionUsd: 0.6 } },
);
const workflow = new RetryPrimitive(ask, { maxAttempts: 10, backoff: () => 0 });

let isOver = false;
createInterface(process.stdin).on('close', () => (isOver = true));

let requests = 0;
async function work(): Promise<void> {
  while (!isOver) {
    requests += 1;
    const workflowId = `${life}-${requests}`;
    await workflow.execute(workflowId, new WorkflowContext({ workflowId }));
    if (requests % Number(everyText) === 0) await flush();
  }
}

async function flush(): Promise<void> {
  const stored = recorded.splice(0);
  await ledger.flush();
  process.stdout.write(`${stored.join(' ')}\n`);
}

await Promise.all([work(), work(), work()]);
await ledger.close();
process.stdout.write(`${recorded.join(' ')}\n`);
