import { runToEnd } from '../command.ts';
import { ExportRefusal } from './refusal.ts';

/**
 * The commit that a working tree shows.
 *
 * @throws ExportRefusal if the tree is not a git repository, or has changes that are not committed
 */
export async function cleanCommit(tree: string): Promise<string> {
  const status = await runToEnd('git', ['status', '--porcelain'], { cwd: tree });
  const head = await runToEnd('git', ['rev-parse', '--verify', 'HEAD'], { cwd: tree });
  if (status.exitCode !== 0 || head.exitCode !== 0) {
    throw new ExportRefusal(`${tree} is not a git repository with a commit, so the export would have no version.`);
  }
  const changes = status.stdout.split('\n').filter(Boolean);
  if (changes.length > 0) {
    const others = changes.length === 1 ? '' : ` and ${changes.length - 1} more`;
    throw new ExportRefusal(
      `The working tree has changes that are not committed (${changes[0]?.slice(3)}${others}): commit or stash them first.`,
    );
  }
  return head.stdout.trim();
}
