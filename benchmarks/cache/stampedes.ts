import { type ChildProcess, type ForkOptions, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { CachePrimitive, memoryStore } from 'tta-observability-integration/primitives';

/** What many callers of one request cost. */
export interface Stampede {
  readonly name: string;
  readonly callers: number;
  /** How often the step was called. */
  readonly calls: number;
  readonly allowedCalls: number;
  /** Callers who were told what the step had said: its answer, or the very error that it threw. */
  readonly served: number;
  readonly isWithin: boolean;
}

const PROCESSES = 4;
const DEADLINE_MS = 30_000;

/** What many callers of one request cost, each comparison as soon as it is measured. */
export async function* measureStampedes(url: string): AsyncGenerator<Stampede, void, undefined> {
  yield await oneProcess();
  yield await severalProcesses(url);
  yield await failingStep();
}

async function oneProcess(): Promise<Stampede> {
  let calls = 0;
  const step = async (question: string): Promise<string> => {
    calls += 1;
    await sleep(200);
    return `answer to ${question}`;
  };
  const cache = new CachePrimitive(step, { operation: 'chat', store: memoryStore() });
  const answers = await Promise.all(Array.from({ length: 1_000 }, () => cache.execute('q')));
  const served = answers.filter((answer) => answer === 'answer to q').length;
  return stampede('1,000 misses at once, one process', 1_000, calls, served);
}

async function failingStep(): Promise<Stampede> {
  const error = new Error('overloaded');
  let calls = 0;
  const step = async (_question: string): Promise<string> => {
    calls += 1;
    await sleep(20);
    throw error;
  };
  const cache = new CachePrimitive(step, { operation: 'chat', store: memoryStore() });
  const ends = await Promise.allSettled(Array.from({ length: 200 }, () => cache.execute('q')));
  const served = ends.filter((end) => end.status === 'rejected' && end.reason === error).length;
  return stampede('200 misses at once, the step fails', 200, calls, served);
}

/** Processes that begin at the same time and share a server. */
async function severalProcesses(url: string): Promise<Stampede> {
  const callers = 1_000 / PROCESSES;
  const program = new URL('calling-process.ts', import.meta.url);
  const signal = AbortSignal.timeout(DEADLINE_MS);
  const options: ForkOptions = { execArgv: ['--conditions=tta-source'], signal, killSignal: 'SIGKILL' };
  const processes = Array.from({ length: PROCESSES }, () => fork(program, [url, 'calls:', String(callers)], options));
  await Promise.all(processes.map((child) => once(child, 'message', { signal })));
  const reports = processes.map(reportOf);
  for (const child of processes) child.send('go');
  const told = await Promise.all(reports);
  const calls = told.reduce((sum, report) => sum + report.calls, 0);
  const served = told.reduce((sum, report) => sum + report.answered, 0);
  return stampede(`1,000 misses at once, ${PROCESSES} processes, one Redis`, callers * PROCESSES, calls, served);
}

async function reportOf(child: ChildProcess): Promise<{ readonly calls: number; readonly answered: number }> {
  const [report] = (await once(child, 'message')) as [{ readonly calls: number; readonly answered: number }];
  return report;
}

function stampede(name: string, callers: number, calls: number, served: number): Stampede {
  const allowedCalls = 1;
  return { name, callers, calls, allowedCalls, served, isWithin: calls === allowedCalls && served === callers };
}
