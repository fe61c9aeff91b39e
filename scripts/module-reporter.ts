import { appendFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';
import type { TestReport } from './test-counts.ts';

/**
 * Appends each test file to the report that `TEST_REPORT` names as the file ends, one JSON line a file, so that the results outlive a run
 * that is stopped.
 */
export default class ModuleReporter implements Reporter {
  onTestModuleEnd(module: TestModule): void {
    const tests = Array.from(module.children.allTests());
    const result: TestReport['testResults'][number] = {
      name: module.moduleId,
      status: module.state(),
      assertionResults: tests.map((test) => ({ status: test.result().state, fullName: test.fullName })),
    };
    appendFileSync(process.env['TEST_REPORT'] ?? '', `${JSON.stringify(result)}\n`);
    console.log(module.relativeModuleId); // what waits for signs of life has one
  }
}
