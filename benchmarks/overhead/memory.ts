import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What {@link measurePendingTimeouts} found, in bytes of heap for each timeout. */
export interface PendingTimeouts {
  readonly calls: number;
  readonly pendingBytes: number;
  readonly allowedPendingBytes: number;
  /** What is still held after all have settled and garbage was collected. */
  readonly leftBytes: number;
  readonly allowedLeftBytes: number;
  readonly isWithin: boolean;
}

const ALLOWED = { allowedPendingBytes: 2_048, allowedLeftBytes: 8 };

/** Measures in a process of its own, whose heap nothing else uses. */
export async function measurePendingTimeouts(): Promise<PendingTimeouts> {
  const program = join(import.meta.dirname, 'pending-timeouts.ts');
  const flags = ['--expose-gc', '--conditions=tta-source'];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, program], { timeout: 120_000 });
  const measured = JSON.parse(stdout) as Pick<PendingTimeouts, 'calls' | 'pendingBytes' | 'leftBytes'>;
  const { pendingBytes, leftBytes } = measured;
  const isWithin = pendingBytes <= ALLOWED.allowedPendingBytes && leftBytes <= ALLOWED.allowedLeftBytes;
  return { ...measured, ...ALLOWED, isWithin };
}
