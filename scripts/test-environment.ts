import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Compiled code of Node.js, for each of its versions. */
const COMPILED = join(import.meta.dirname, '../node_modules/.cache/compiled');

/** Variables that the library, SDKs of providers and examples read. A test that needs one sets it. */
const READ_BY_PROGRAMS =
  /^(OTEL_|TTA_|ENVIRONMENT$|ENABLE_APM$|REDIS_URL$|(OPENAI|AZURE|ANTHROPIC|GOOGLE|GEMINI|AWS|COHERE|CO|OLLAMA|LANGCHAIN|LANGSMITH|LANGFUSE)_)/;

/**
 * Gives tests the same environment everywhere: removes the variables that programs read, sets `NODE_ENV` to `test`, and replaces a home
 * folder that cannot be written to, because npm and Chromium keep files there. Time zone, locale and umask stay, because no test may
 * depend on them. The processes that tests start keep what they compiled, which halves the time that one takes to start.
 */
export function settleEnvironment(env: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(env)) if (READ_BY_PROGRAMS.test(name)) delete env[name];
  env['NODE_ENV'] = 'test';
  env['NODE_COMPILE_CACHE'] = COMPILED;
  if (isWritable(env['HOME'])) return;
  const home = mkdtempSync(join(tmpdir(), 'tta-home-'));
  process.once('exit', () => rmSync(home, { recursive: true, force: true }));
  env['HOME'] = home;
  env['npm_config_cache'] = join(home, '.npm');
}

function isWritable(folder: string | undefined): boolean {
  if (folder === undefined) return false;
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
