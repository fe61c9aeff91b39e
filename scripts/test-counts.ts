/** The part of a vitest JSON report that is read here. */
export interface TestReport {
  readonly testResults: readonly {
    /** The path of the file. */
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** How many tests passed and failed; a file that fails without naming a test (it cannot be loaded, say) is one failure. */
export function countTests({ testResults }: TestReport): { readonly passed: number; readonly failed: number } {
  let passed = 0;
  let failed = 0;
  for (const { status, assertionResults } of testResults) {
    const failedHere = assertionResults.filter((test) => test.status === 'failed').length;
    passed += assertionResults.filter((test) => test.status === 'passed').length;
    failed += failedHere === 0 && status === 'failed' ? 1 : failedHere;
  }
  return { passed, failed };
}

/** The tests that failed, by their full names, and the files that failed without naming a test. */
export function namesOfFailed({ testResults }: TestReport): readonly string[] {
  return testResults.flatMap(({ name, status, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === 'failed').map(({ fullName }) => fullName);
    return failed.length === 0 && status === 'failed' ? [name] : failed;
  });
}

/** The report of a run that wrote a JSON line for each test file as the file ended. A line that was cut off is left out. */
export function reportOf(lines: string): TestReport {
  const ended = lines.split('\n').slice(0, -1);
  return { testResults: ended.map((line) => JSON.parse(line) as TestReport['testResults'][number]) };
}
