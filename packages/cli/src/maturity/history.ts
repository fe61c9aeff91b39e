import { appendFile, readFile } from 'node:fs/promises';
import { UsageError } from '../usage-error.ts';
import type { Assessment } from './assess.ts';
import type { Stage } from './facts.ts';
import { STAGES } from './topic.ts';

/** One line of a history: a component entered a stage. */
interface StageChange {
  /** In milliseconds since the Unix epoch. */
  readonly atMs: number;
  readonly component: string;
  readonly stage: Stage;
}

/** Where a component has been. */
export interface StageHistory {
  /** When it entered the stage that it is in, in milliseconds since the Unix epoch. */
  readonly sinceMs: number;
  /** How often its stage has changed since it was first assessed. */
  readonly changes: number;
}

/** The stages of components over time: a file of JSON lines, one for each change. */
export class MaturityHistory {
  readonly #file: string | undefined;
  readonly #changes = new Map<string, StageChange[]>();

  private constructor(file: string | undefined) {
    this.#file = file;
  }

  /** @throws UsageError if there is such a file and it is not a history; without a file nothing is remembered */
  static async open(file: string | undefined): Promise<MaturityHistory> {
    const history = new MaturityHistory(file);
    if (file === undefined) return history;
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw new UsageError(`${file} cannot be read (${error.code})`, { cause: error });
    });
    for (const [index, line] of text.split('\n').entries()) {
      if (line !== '') history.#add(changeIn(line, `line ${index + 1} of ${file}`));
    }
    return history;
  }

  /** Remembers the stage if it is a new one. @returns where the component has been, this included */
  async enter({ component, stage }: Assessment, atMs: number): Promise<StageHistory> {
    const newest = this.#changes.get(component)?.at(-1);
    if (newest?.stage !== stage) {
      const change: StageChange = { atMs, component, stage };
      this.#add(change);
      if (this.#file !== undefined) await appendFile(this.#file, `${JSON.stringify(change)}\n`);
    }
    const all = this.#changes.get(component) as readonly StageChange[];
    return { sinceMs: all.at(-1)?.atMs ?? atMs, changes: all.length - 1 };
  }

  #add(change: StageChange): void {
    const known = this.#changes.get(change.component);
    if (known === undefined) this.#changes.set(change.component, [change]);
    else known.push(change);
  }
}

function changeIn(line: string, where: string): StageChange {
  let change: Partial<StageChange> | null = null;
  try {
    change = JSON.parse(line);
  } catch {
    // The sentence below says it.
  }
  const { atMs, component, stage } = change ?? {};
  if (Number.isFinite(atMs) && typeof component === 'string' && STAGES.includes(stage as Stage)) {
    return { atMs, component, stage } as StageChange;
  }
  throw new UsageError(`${where} is not an entry of a history: { "atMs", "component", "stage" }`);
}
