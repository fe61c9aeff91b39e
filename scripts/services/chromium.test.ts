import { afterEach, describe, expect, it, vi } from 'vitest';
import { chromium } from './chromium.ts';

describe('chromium', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  it('is the one that CHROMIUM names', () => {
    vi.stubEnv('CHROMIUM', '/opt/chromium');
    expect(chromium()).toBe('/opt/chromium');
  });

  it('says loudly what to install where it cannot be had', () => {
    const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    for (const [name, value] of [
      ['PATH', ''],
      ['CHROMIUM', ''],
      ['REQUIRE_SERVICES', ''],
    ] as const)
      vi.stubEnv(name, value);
    expect(chromium()).toBeUndefined();
    expect(written).toHaveBeenCalledWith(expect.stringContaining('apt-get install chromium'));
  });

  it('is required where services are', () => {
    for (const [name, value] of [
      ['PATH', ''],
      ['CHROMIUM', ''],
      ['REQUIRE_SERVICES', '1'],
    ] as const)
      vi.stubEnv(name, value);
    expect(chromium).toThrow('Chromium is missing');
  });
});
