// Removes what was built, so that nothing of a deleted source is packed: run before `npm run build`.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { publishedPackages, root } from './workspace.ts';

for (const { folder } of await publishedPackages()) {
  await rm(join(root, folder, 'dist'), { recursive: true, force: true });
}
