import { describe, expect, it } from 'vitest';
import { exportedPath, relocate } from './relocate.ts';

describe('exportedPath', () => {
  it('keeps the sources of the package in src, and what lies beside the packages in its place', () => {
    expect(exportedPath('packages/observability/src/llm/usage.ts')).toBe('src/llm/usage.ts');
    expect(exportedPath('docs/concepts.md')).toBe('docs/concepts.md');
  });

  it('leaves out what is made anew', () => {
    expect(exportedPath('packages/observability/package.json')).toBeUndefined();
  });
});

describe('relocate', () => {
  const path = 'packages/observability/src/primitives/cache/store.test.ts';

  it('leads to helpers outside of the package from the new place', () => {
    const text = "import { redis } from '../../../../../scripts/services/redis.ts';\n";
    expect(relocate(path, text)).toBe("import { redis } from '../../../scripts/services/redis.ts';\n");
  });

  it('has programs that tests start run what was built', () => {
    expect(relocate(path, "spawn(node, ['--conditions=tta-source', file]);")).toBe(
      "spawn(node, ['--conditions=default', file]);",
    );
  });

  it('has links of documents lead to the sources of the package', () => {
    expect(relocate('docs/concepts.md', '[c](../packages/observability/src/telemetry/topics/index.ts)')).toBe(
      '[c](../src/telemetry/topics/index.ts)',
    );
  });

  it('leaves the imports of its own files alone', () => {
    const text = "import { store } from './store.ts';\nimport { usage } from '../../llm/usage.ts';\n";
    expect(relocate(path, text)).toBe(text);
  });

  it('leaves files that keep their place alone', () => {
    const text = "import './a.ts';\n";
    expect(relocate('scripts/services/redis.ts', text)).toBe(text);
  });
});
