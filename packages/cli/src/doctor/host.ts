import type { Env, Finding } from './finding.ts';

/** The lowest version of Node.js that the packages run on. */
const NODE = [22, 19] as const;

/** When this was written. A clock before it is wrong. */
const WRITTEN_MS = Date.UTC(2026, 10, 1);

const YEAR_MS = 365 * 86_400_000;

const KEYS = ['OPENAI_API_KEY', 'ANTHROPIC_API_KEY', 'GEMINI_API_KEY', 'GOOGLE_API_KEY'] as const;

export function nodeFinding(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isOld = major < NODE[0] || (major === NODE[0] && minor < NODE[1]);
  if (!isOld) return { what: 'Node.js', state: 'ok', text: version };
  const mend = `Install Node.js ${NODE.join('.')} or newer: https://nodejs.org`;
  return { what: 'Node.js', state: 'failed', text: `${version} is too old`, mend };
}

/** Whether keys are set; nothing of a key is printed, not even its length. */
export function keyFindings(env: Env): readonly Finding[] {
  const set = KEYS.filter((name) => (env[name] ?? '').trim() !== '');
  const padded = set.filter((name) => env[name] !== env[name]?.trim());
  if (set.length === 0) {
    return [
      { what: 'keys', state: 'skipped', text: 'no key of OpenAI, Anthropic or Google is set; the demo needs none' },
    ];
  }
  const found: Finding = { what: 'keys', state: 'ok', text: `${set.join(', ')} set` };
  const wrong = padded.map((name): Finding => {
    const mend = `Set ${name} again without white space; otherwise the provider refuses the key.`;
    return { what: 'keys', state: 'failed', text: `${name} begins or ends with white space`, mend };
  });
  return [found, ...wrong];
}

export function clockFinding(nowMs: number): Finding {
  const text = new Date(nowMs).toISOString();
  const isWrong = nowMs < WRITTEN_MS || nowMs > WRITTEN_MS + 20 * YEAR_MS;
  if (!isWrong) return { what: 'clock', state: 'ok', text };
  const mend = 'Set the clock of this machine, with NTP for example: prices and times to live depend on it.';
  return { what: 'clock', state: 'failed', text: `${text} cannot be right`, mend };
}
