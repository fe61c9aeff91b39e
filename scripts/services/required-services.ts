/**
 * Whether tests may take the minutes that CI has: with `REQUIRE_SERVICES=1`. If not, says on stderr what is left out.
 *
 * @param what - what the tests show: `the built site`
 */
export function areServicesRequired(what: string): boolean {
  if (process.env['REQUIRE_SERVICES'] === '1') return true;
  process.stderr.write(`Not tested: ${what}. Set REQUIRE_SERVICES=1 to test it.\n`);
  return false;
}
