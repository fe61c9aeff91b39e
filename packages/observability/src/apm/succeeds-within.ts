import { systemClock, within } from 'tta-dev-primitives/internal';

/** Waits for work, but no longer than `ms`. Never rejects. @returns whether the work succeeded in time */
export async function succeedsWithin(ms: number, work: () => Promise<unknown>): Promise<boolean> {
  const late = (): boolean => false;
  const done = async (): Promise<boolean> => {
    await work();
    return true;
  };
  return within(systemClock, ms, done, late).catch(late);
}
