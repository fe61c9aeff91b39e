/** What was found of one thing. */
export interface Finding {
  readonly what: string;
  readonly state: 'ok' | 'warning' | 'failed' | 'skipped';
  readonly text: string;
  /** How to mend it; missing if nothing is wrong. */
  readonly mend?: string | undefined;
}

/** The environment variables. */
export type Env = Readonly<Record<string, string | undefined>>;

/** How long one thing outside is waited for, in milliseconds. */
export const WAIT_MS = 2_000;

/** The code of an error, or its name, and never its message, which may hold a key. */
export function codeOf(error: unknown): string {
  const { code, name } = (error ?? {}) as { readonly code?: unknown; readonly name?: unknown };
  return typeof code === 'string' ? code : typeof name === 'string' ? name : 'unknown error';
}
