import { afterEach, describe, expect, it, vi } from 'vitest';
import { promtool } from './promtool.ts';

describe('promtool', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  it('says loudly what to install where it cannot be had', () => {
    const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    vi.stubEnv('PATH', '');
    vi.stubEnv('REQUIRE_SERVICES', '');
    expect(promtool()).toBeUndefined();
    expect(written).toHaveBeenCalledWith(expect.stringContaining('apt-get install prometheus'));
  });

  it('is required where services are', () => {
    vi.stubEnv('PATH', '');
    vi.stubEnv('REQUIRE_SERVICES', '1');
    expect(promtool).toThrow('promtool is missing');
  });
});
